import { createHash } from 'node:crypto';
import { copyFile, link, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { DistroError } from '../errors/distro-error.ts';
import { readTar } from '../formats/tar-reader.ts';
import { bytesSource, collect } from '../model/bytes.ts';
import { sha256Of, type Sha256 } from '../model/digest.ts';
import { parseDocument } from '../plan/parse-document.ts';
import type { ContentSource, Descriptor, OciBlob } from '../registry/content.ts';
import type { Release } from '../release/document.ts';
import {
  checkDestination,
  openDestination,
  recoverDestination,
  replaceDirectory,
} from '../release/replace-directory.ts';
import { releaseSchema } from '../release/schema.ts';
import { withFsErrors } from '../store/fs-error.ts';
import { makeDirectory } from '../store/make-directory.ts';
import { removeTree } from '../store/remove-tree.ts';
import { IMAGE_BLOBS, MANIFEST_TYPE, RELEASE_TYPES, UNLISTED_FILES } from './release-artifact.ts';

const MAX_MANIFEST = 4 << 20;
const MAX_RELEASE = 256 << 20;

/** What {@link unpackRelease} takes. */
export interface UnpackOptions {
  /** Where the artifact of the release is read from. */
  readonly artifact: ContentSource;
  /** Where the images of the release are read from: a blob by its digest and size, or undefined where it is not. */
  readonly images: (release: Release) => Promise<ImageBlobs>;
  /** The directory of the release; one that exists is replaced, if it is a release or empty. */
  readonly output: string;
  readonly signal?: AbortSignal | undefined;
}

/** Finds a blob of an image. */
export type ImageBlobs = (id: { readonly digest: string; readonly size: number }) => Promise<OciBlob | undefined>;

const descriptor = z.looseObject({
  mediaType: z.string(),
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/u),
  size: z.int().min(0),
  annotations: z.record(z.string(), z.string()).exactOptional(),
});

const manifestSchema = z.looseObject({
  schemaVersion: z.literal(2),
  mediaType: z.literal(MANIFEST_TYPE),
  artifactType: z.literal(RELEASE_TYPES.artifact),
  config: descriptor,
  layers: z.array(descriptor).max(100_000),
});

/**
 * Writes the directory of a release from its artifact: the same bytes in the same files, each checked by its digest,
 * nothing that `release.json` does not list. The directory appears at once and whole.
 *
 * @throws RELEASE_INVALID when content is missing or the artifact holds a file too many
 * @throws DIGEST_MISMATCH, FORMAT_INVALID, OUTPUT_NOT_A_RELEASE, DISK_FULL, PERMISSION_DENIED, CANCELLED
 */
export async function unpackRelease(manifest: Descriptor, options: UnpackOptions): Promise<Release> {
  const destination = await openDestination(options.output);
  await recoverDestination(destination);
  await checkDestination(destination);
  try {
    const release = await writeFiles(manifest, destination.fresh, options);
    await replaceDirectory(destination);
    return release;
  } catch (error) {
    await removeTree(destination.fresh);
    throw error;
  }
}

async function writeFiles(manifest: Descriptor, directory: string, options: UnpackOptions): Promise<Release> {
  const { artifact, signal } = options;
  const { config, layers } = parseDocument(await text(artifact, manifest, MAX_MANIFEST), manifestSchema, {
    code: 'RELEASE_INVALID',
    where: `the artifact ${manifest.digest}`,
  });
  const where = { code: 'RELEASE_INVALID', where: 'release.json' } as const;
  const release = parseDocument(await text(artifact, config, MAX_RELEASE), releaseSchema, where);
  const writer = new ReleaseWriter(directory, release, config.digest, signal);
  for (const layer of layers) {
    const blob = await insist(artifact, layer);
    if (layer.mediaType === RELEASE_TYPES.files) await writer.archive(layer, blob);
    else await writer.package(layer, blob);
  }
  const imageBlob = await options.images(release);
  for (const { file, sha256, size } of release.files) {
    if (!file.startsWith(IMAGE_BLOBS) || writer.has(sha256)) continue;
    const blob = await imageBlob({ digest: `sha256:${sha256}`, size });
    if (blob === undefined) throw missing(file, sha256);
    await writer.file(file, blob);
  }
  await writer.linkTheRest();
  return release;
}

/** Writes the files of a release into a new directory, each once, and only those that the release lists. */
class ReleaseWriter {
  readonly #directory: string;
  readonly #signal: AbortSignal | undefined;
  /** What each file must be; no size is known of those that are not listed. */
  readonly #expected: Map<string, { readonly sha256?: Sha256; readonly size?: number }>;
  readonly #written = new Map<Sha256, string>();
  readonly #release: Release;

  constructor(directory: string, release: Release, config: string, signal: AbortSignal | undefined) {
    this.#directory = directory;
    this.#release = release;
    this.#signal = signal;
    this.#expected = new Map([
      ...release.files.map((entry) => [entry.file, entry] as const),
      ...UNLISTED_FILES.map((file) => [file, {}] as const),
      ['release.json', { sha256: config.replace('sha256:', '') }],
    ]);
  }

  has(sha256: Sha256): boolean {
    return this.#written.has(sha256);
  }

  async package({ digest }: Descriptor, blob: OciBlob): Promise<void> {
    const sha256 = digest.replace('sha256:', '');
    const entry = this.#release.packages.find((each) => each.sha256 === sha256);
    if (entry === undefined) throw surplus(digest);
    if (!this.has(sha256)) await this.file(entry.file, blob);
  }

  async archive({ digest }: Descriptor, blob: OciBlob): Promise<void> {
    const hash = createHash('sha256');
    const members = readTar(tee(blob.read(), hash), { what: 'the archive of the release' });
    for await (const { path, type, size, content } of members) {
      if (type !== 'file') throw surplus(path);
      await this.file(path, { size, read: () => content });
    }
    if (`sha256:${hash.digest('hex')}` !== digest) {
      throw new DistroError('DIGEST_MISMATCH', `the archive of the release does not have the digest ${digest}`);
    }
  }

  async file(file: string, content: OciBlob): Promise<void> {
    const { size } = content;
    const expected = this.#expected.get(file);
    if (expected === undefined || (expected.size ?? size) !== size) throw surplus(file);
    this.#expected.delete(file);
    const path = join(this.#directory, file);
    const sha256 = await withFsErrors(path, () => writeNew(path, content.read({ reuse: true }), this.#signal));
    if ((expected.sha256 ?? sha256) !== sha256) {
      throw new DistroError('DIGEST_MISMATCH', `${file} has sha256 ${sha256}, not ${expected.sha256}`);
    }
    this.#written.set(sha256, file);
  }

  /** Files that have the bytes of another are not sent twice. */
  async linkTheRest(): Promise<void> {
    for (const [file, { sha256 }] of this.#expected) {
      if (sha256 === undefined) continue;
      const same = this.#written.get(sha256);
      if (same === undefined) throw missing(file, sha256);
      const [from, to] = [join(this.#directory, same), join(this.#directory, file)];
      await withFsErrors(to, async () => {
        await makeDirectory(dirname(to));
        await link(from, to).catch(() => copyFile(from, to));
      });
    }
  }
}

async function text(source: ContentSource, id: Descriptor, limit: number): Promise<string> {
  if (id.size > limit) throw new DistroError('FORMAT_LIMIT', `${id.digest} has ${id.size} bytes, over ${limit}`);
  const bytes = await collect((await insist(source, id)).read(), limit);
  if (`sha256:${sha256Of(bytes)}` === id.digest) return Buffer.from(bytes).toString();
  throw new DistroError('DIGEST_MISMATCH', `content of the release does not have the digest ${id.digest}`);
}

async function insist(source: ContentSource, id: Descriptor): Promise<OciBlob> {
  const blob = id.size === 0 ? bytesSource('') : await source.tryRead(id);
  if (blob === undefined) throw missing('content of the release', id.digest.replace('sha256:', ''));
  return blob;
}

async function writeNew(
  path: string,
  content: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<Sha256> {
  await makeDirectory(dirname(path));
  const hash = createHash('sha256');
  const handle = await open(path, 'wx', 0o644);
  try {
    for await (const chunk of tee(content, hash)) {
      if (signal?.aborted === true) throw new DistroError('CANCELLED', 'stopped while the release was unpacked');
      await handle.write(chunk);
    }
    await handle.chmod(0o644);
    return hash.digest('hex');
  } finally {
    await handle.close();
  }
}

async function* tee(
  content: AsyncIterable<Uint8Array>,
  hash: { update(chunk: Uint8Array): unknown },
): AsyncGenerator<Uint8Array, void> {
  for await (const chunk of content) {
    hash.update(chunk);
    yield chunk;
  }
}

function missing(file: string, sha256: Sha256): DistroError {
  const hint = 'a bundle made with --minus needs the older release: name its directory with --old';
  return new DistroError('RELEASE_INVALID', `${file} is missing: there is no content with sha256 ${sha256}`, { hint });
}

function surplus(file: string): DistroError {
  return new DistroError('RELEASE_INVALID', `${file} is not a file of the release as release.json has it`);
}
