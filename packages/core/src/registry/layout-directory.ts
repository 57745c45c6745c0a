import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { collect } from '../model/bytes.ts';
import { ifExists } from '../store/fs-error.ts';
import { checkDigest } from './blob-size.ts';
import type { ContentSink, ContentSource, Descriptor, OciBlob, WriteOptions } from './content.ts';
import { mismatch, newDigestCheck } from './digest-check.ts';
import { MAX_MANIFEST, parseManifest } from './documents.ts';
import { layoutNameOf, newLayoutIndex } from './layout-index.ts';
import { isManifestType } from './media-types.ts';
import { cancelled } from './patience.ts';
import { writeWhole } from './write-whole.ts';

const CHUNK = 256 * 1024;

/** An OCI layout in a directory. One process at a time may write to it. */
export interface LayoutDirectory extends ContentSource, ContentSink {
  /** The manifests of `index.json`, but for those without a name that refer to another. */
  roots(): Promise<readonly LayoutRoot[]>;
}

/** A manifest that a layout is about. */
export interface LayoutRoot {
  readonly descriptor: Descriptor;
  /** Tags, or whole references, as whoever wrote the layout named it. */
  readonly names: readonly string[];
}

/**
 * A directory of the {@link https://github.com/opencontainers/image-spec/blob/v1.1.0/image-layout.md OCI image layout}.
 * It is made by the first write. Content appears whole or not at all. In `index.json` stand the manifests with a tag,
 * and those that refer to another: whoever looks for referrers finds them there.
 */
export function openLayoutDirectory(dir: string): LayoutDirectory {
  const index = newLayoutIndex(dir);
  const subjects = new Map<string, Promise<string | undefined>>();

  const fileOf = (digest: string): string => {
    checkDigest(digest);
    return join(dir, 'blobs', ...digest.split(':'));
  };
  const tryRead = async ({ digest, size }: Descriptor): Promise<OciBlob | undefined> => {
    const file = fileOf(digest);
    const found = await ifExists(stat(file));
    if (found === undefined) return undefined;
    if (found.size === size) return fileBlob(file, size);
    throw mismatch(file, `${found.size} bytes`, `${size} bytes`);
  };
  const readSubject = async (manifest: Descriptor): Promise<string | undefined> => {
    const content = isManifestType(manifest.mediaType) ? await tryRead(manifest) : undefined;
    if (content === undefined) return undefined;
    const bytes = await collect(content.read(), MAX_MANIFEST);
    return parseManifest(bytes, manifest.mediaType, fileOf(manifest.digest)).subject?.digest;
  };
  /** What a manifest refers to; a digest's content never changes, so each is read once. */
  const subjectOf = (manifest: Descriptor): Promise<string | undefined> => {
    const known = subjects.get(manifest.digest) ?? readSubject(manifest);
    subjects.set(manifest.digest, known);
    return known;
  };
  const writeBlob = (descriptor: Descriptor, content: OciBlob, options: WriteOptions): Promise<void> =>
    writeWhole(fileOf(descriptor.digest), (file) => writeChecked(file, { descriptor, content, options }));

  return {
    tryRead,
    async roots() {
      const roots = new Map<string, LayoutRoot>();
      for (const entry of await index.entries()) {
        const name = layoutNameOf(entry);
        if (name === undefined && (await subjectOf(entry)) !== undefined) continue;
        const names = [...(roots.get(entry.digest)?.names ?? []), ...(name === undefined ? [] : [name])];
        roots.set(entry.digest, { descriptor: entry, names });
      }
      return [...roots.values()];
    },
    async referrers(digest) {
      const found = new Map<string, Descriptor>();
      for (const entry of await index.entries()) {
        if ((await subjectOf(entry)) === digest) found.set(entry.digest, entry);
      }
      return [...found.values()];
    },
    async has({ digest, size }) {
      return (await ifExists(stat(fileOf(digest))))?.size === size;
    },
    async write(descriptor, content, options = {}) {
      await writeBlob(descriptor, content, options);
      subjects.delete(descriptor.digest);
      if ((await subjectOf(descriptor)) !== undefined) await index.add(descriptor);
      return 'copied';
    },
    async resolve(tag) {
      return (await index.entries()).find((entry) => layoutNameOf(entry) === tag);
    },
    async writeTagged(tag, descriptor, content, options = {}) {
      await writeBlob(descriptor, content, options);
      await index.add(descriptor, tag);
    },
  };
}

function fileBlob(file: string, size: number): OciBlob {
  const readFrom = (start: number): AsyncIterable<Uint8Array> =>
    createReadStream(file, { start, highWaterMark: CHUNK }) as AsyncIterable<Uint8Array>;
  return { size, read: () => readFrom(0), readFrom };
}

interface Checked {
  readonly descriptor: Descriptor;
  readonly content: OciBlob;
  readonly options: WriteOptions;
}

async function writeChecked(file: string, { descriptor, content, options }: Checked): Promise<void> {
  const check = newDigestCheck(descriptor, descriptor.digest);
  await using handle = await open(file, 'wx');
  for await (const chunk of content.read()) {
    if (options.signal?.aborted === true) throw cancelled();
    check.update(chunk);
    for (let at = 0; at < chunk.length;) at += (await handle.write(chunk, at)).bytesWritten;
    options.onProgress?.(check.size);
  }
  check.end();
}
