import { open, type FileHandle } from 'node:fs/promises';
import { z } from 'zod';
import { DistroError } from '../errors/distro-error.ts';
import { isZero, parseTarHeader } from '../formats/tar-fields.ts';
import { TAR_BLOCK, tarPadding } from '../formats/tar.ts';
import type { ReadOptions } from '../model/bytes.ts';
import type { ContentSource, Descriptor, OciBlob } from '../registry/content.ts';
import { ifExists, withFsErrors } from '../store/fs-error.ts';
import { MANIFEST_TYPE, RELEASE_TYPES } from './release-artifact.ts';
import { MINUS } from './write-bundle.ts';

const MAX_MEMBERS = 200_000;
const MAX_DOCUMENT = 16 << 20;
const CHUNK = 256 * 1024;

/** A bundle that is read. Its blobs are as they stand in the file: whoever takes one checks its digest. */
export interface OpenedBundle extends AsyncDisposable {
  /** The artifact of the release. */
  readonly manifest: Descriptor;
  /** What the index names beside it: the images, and what refers to them. */
  readonly images: readonly Descriptor[];
  /** The digest of the release that the bundle counts on being there; undefined when it is whole. */
  readonly minus: string | undefined;
  /** The digests of the blobs in it. */
  readonly digests: ReadonlySet<string>;
  readonly content: ContentSource;
}

const descriptor = z.looseObject({
  mediaType: z.string().max(255),
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/u),
  size: z.int().min(0),
  artifactType: z.string().max(255).exactOptional(),
  annotations: z.record(z.string(), z.string()).exactOptional(),
});

const indexSchema = z.looseObject({
  schemaVersion: z.literal(2),
  manifests: z.array(descriptor).max(MAX_MEMBERS),
  annotations: z.record(z.string(), z.string()).exactOptional(),
});

const subjectSchema = z.looseObject({ subject: descriptor.exactOptional() });

/**
 * Opens a bundle: reads the headers of the archive and its index, and skips the content.
 *
 * @throws RELEASE_NOT_FOUND when there is no such file
 * @throws FORMAT_INVALID, FORMAT_LIMIT for a file that is not a bundle
 */
export async function openBundleFile(file: string): Promise<OpenedBundle> {
  const handle = await withFsErrors(file, () => ifExists(open(file, 'r')));
  if (handle === undefined) throw new DistroError('RELEASE_NOT_FOUND', `there is no bundle ${file}`);
  try {
    const members = await readMembers(handle, file);
    const index = parse(await readDocument(handle, members.get('index.json'), file), file);
    const manifest = index.manifests.find(({ mediaType, artifactType }) => isRelease(mediaType, artifactType));
    if (manifest === undefined) throw invalid(file, 'its index names no release');
    const images = index.manifests.filter((each) => each !== manifest);
    const blobs = blobsOf(members);
    return {
      manifest,
      images,
      minus: index.annotations?.[MINUS],
      digests: new Set(blobs.keys()),
      content: {
        async tryRead({ digest }) {
          const place = blobs.get(digest);
          return place === undefined ? undefined : blobAt(handle, place);
        },
        referrers: (digest) => referrersOf(digest, images, handle, blobs),
      },
      [Symbol.asyncDispose]: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

interface Place {
  readonly offset: number;
  readonly size: number;
}

async function readMembers(handle: FileHandle, file: string): Promise<ReadonlyMap<string, Place>> {
  const { size } = await handle.stat();
  const members = new Map<string, Place>();
  const block = Buffer.alloc(TAR_BLOCK);
  for (let offset = 0; ;) {
    const { bytesRead } = await handle.read(block, 0, TAR_BLOCK, offset);
    if (bytesRead < TAR_BLOCK)
      throw invalid(file, `it ends at byte ${offset + bytesRead}, in the middle of the archive`);
    if (isZero(block)) {
      if (size - offset !== 2 * TAR_BLOCK) throw invalid(file, 'the archive does not end at its end');
      return members;
    }
    const { header } = parseTarHeader(block, {}, (fault) => invalid(file, `${fault} at byte ${offset}`));
    const { name, type } = header;
    if (type !== 'file' || !/^(oci-layout|index\.json|blobs\/sha256\/[0-9a-f]{64})$/u.test(name) || members.has(name)) {
      throw invalid(file, `a bundle has no ${type} ${JSON.stringify(name.slice(0, 100))}, or not twice`);
    }
    members.set(name, { offset: offset + TAR_BLOCK, size: header.size });
    if (members.size > MAX_MEMBERS)
      throw new DistroError('FORMAT_LIMIT', `${file} has more than ${MAX_MEMBERS} members`);
    offset += TAR_BLOCK + header.size + tarPadding(header.size);
  }
}

function blobsOf(members: ReadonlyMap<string, Place>): ReadonlyMap<string, Place> {
  const blobs = [...members].filter(([name]) => name.startsWith('blobs/'));
  return new Map(blobs.map(([name, place]) => [name.replace('blobs/', '').replace('/', ':'), place]));
}

function isRelease(mediaType: string, artifactType: string | undefined): boolean {
  return mediaType === MANIFEST_TYPE && artifactType === RELEASE_TYPES.artifact;
}

async function readDocument(handle: FileHandle, place: Place | undefined, file: string): Promise<string> {
  if (place === undefined) throw invalid(file, 'it has no index.json');
  if (place.size > MAX_DOCUMENT) throw new DistroError('FORMAT_LIMIT', `${file}: a document of ${place.size} bytes`);
  const bytes = Buffer.alloc(place.size);
  const { bytesRead } = await handle.read(bytes, 0, place.size, place.offset);
  if (bytesRead < place.size) throw invalid(file, 'it ends in the middle of a document');
  return bytes.toString();
}

function parse(text: string, file: string): z.infer<typeof indexSchema> {
  try {
    return indexSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw invalid(file, 'its index.json is not the index of a layout', cause);
  }
}

/** What names the digest as its subject. The index lists such manifests beside the images. */
async function referrersOf(
  digest: string,
  manifests: readonly Descriptor[],
  handle: FileHandle,
  blobs: ReadonlyMap<string, Place>,
): Promise<readonly Descriptor[]> {
  const found: Descriptor[] = [];
  for (const manifest of manifests) {
    const place = blobs.get(manifest.digest);
    if (place === undefined || manifest.mediaType !== MANIFEST_TYPE || place.size > MAX_DOCUMENT) continue;
    const parsed = subjectSchema.safeParse(tryJson(await readDocument(handle, place, manifest.digest)));
    if (parsed.data?.subject?.digest === digest) found.push(manifest);
  }
  return found;
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function blobAt(handle: FileHandle, { offset, size }: Place): OciBlob {
  return {
    size,
    read: (options) => readRange(handle, { offset, size }, options),
    readFrom: (skip, options) => readRange(handle, { offset: offset + skip, size: size - skip }, options),
  };
}

async function* readRange(
  handle: FileHandle,
  { offset, size }: Place,
  { reuse = false }: ReadOptions = {},
): AsyncGenerator<Uint8Array, void> {
  let buffer: Buffer | undefined;
  for (let done = 0; done < size;) {
    if (buffer === undefined || !reuse) buffer = Buffer.allocUnsafeSlow(CHUNK);
    const { bytesRead } = await handle.read(buffer, 0, Math.min(CHUNK, size - done), offset + done);
    if (bytesRead === 0) throw new DistroError('FORMAT_INVALID', 'the bundle became shorter while it was read');
    done += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

function invalid(file: string, fault: string, cause?: unknown): DistroError {
  return new DistroError('FORMAT_INVALID', `${file} is not a bundle: ${fault}`, { cause });
}
