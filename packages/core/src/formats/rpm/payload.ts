import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { bytesSource } from '../../model/bytes.ts';
import type { Blob, ByteSource, Spool, SpoolFactory } from '../../model/bytes.ts';
import type { Sha256 } from '../../model/digest.ts';
import type { PackageFile } from '../../model/package-spec.ts';
import type { Compression } from '../../model/target.ts';
import { compress } from '../compress.ts';
import { memoryFirstSpool } from '../memory-first-spool.ts';
import { cpioSize, writeCpio } from '../cpio.ts';
import type { CpioEntry } from '../cpio.ts';
import { hasLargeFile, inodeAt, modeOf } from './files.ts';
import { int32, string, strings } from './header.ts';
import type { TagValue } from './header.ts';
import { DIGEST_ALGO_SHA256, TAG } from './tags.ts';

/** How hard each codec tries. */
const LEVELS = { gzip: 6, zstd: 'balanced' } as const;

/** What the header says of that: it takes zstd's number, and `balanced` is made of its level 2. */
const FLAGS: Readonly<Record<Compression, string>> = { gzip: '6', zstd: '2' };

/** How a payload is written. */
export interface PayloadOptions {
  readonly compression: Compression;
  readonly spool: SpoolFactory;
  /** The time of every file, in seconds since 1970. */
  readonly mtime: number;
}

/** A payload that is written and waits for the header that must stand before it. */
export interface Payload {
  /** The compressed bytes. */
  readonly spool: Spool;
  readonly compression: Compression;
  /** Bytes before compression. */
  readonly archiveSize: number;
  /** The sha256 of the compressed bytes. */
  readonly sha256: Sha256;
  /** The sha256 of the bytes before compression. */
  readonly archiveSha256: Sha256;
  /** The sha256 of each regular file by its path. */
  readonly digests: ReadonlyMap<string, Sha256>;
}

/**
 * Writes the files to a spool as a compressed cpio archive, and hashes on the way: each content is read once, and one
 * that comes with its digest is not hashed for itself.
 *
 * @throws `FORMAT_INVALID` when a content does not have its announced size
 */
export async function writePayload(
  files: readonly PackageFile<ByteSource>[],
  { compression, spool: makeSpool, mtime }: PayloadOptions,
): Promise<Payload> {
  const digests = new Map<string, Sha256>();
  const entries = files.flatMap((file, index): CpioEntry[] => {
    if (file.type === 'ghost') return [];
    const content = contentOf(file, digests);
    return [{ index, name: `.${file.path}`, inode: inodeAt(index), mode: modeOf(file), links: 1, mtime, content }];
  });
  const stripped = hasLargeFile(files);
  const archiveSize = cpioSize(entries, { stripped });
  const archiveHash = createHash('sha256');
  const archive = hashed(writeCpio(entries, { stripped }), archiveHash);
  const hash = createHash('sha256');
  const spool = memoryFirstSpool(makeSpool);
  const options = { compression, level: LEVELS[compression], size: archiveSize };
  for await (const chunk of hashed(compress(archive, options), hash)) await spool.write(chunk);
  return {
    spool,
    compression,
    archiveSize,
    sha256: hash.digest('hex'),
    archiveSha256: archiveHash.digest('hex'),
    digests,
  };
}

/** The header tags of the payload. */
export function payloadTags({ compression, sha256, archiveSha256 }: Payload): ReadonlyMap<number, TagValue> {
  return new Map([
    [TAG.payloadFormat, string('cpio')],
    [TAG.payloadCompressor, string(compression)],
    [TAG.payloadFlags, string(FLAGS[compression])],
    [TAG.payloadDigest, strings([sha256])],
    [TAG.payloadDigestAlgo, int32(DIGEST_ALGO_SHA256)],
    [TAG.payloadDigestAlt, strings([archiveSha256])],
  ]);
}

/** What a file has in the archive; reading it notes its digest. */
function contentOf(file: PackageFile<ByteSource>, digests: Map<string, Sha256>): ByteSource {
  if (file.type === 'symlink') return bytesSource(file.target);
  if (file.type !== 'file') return bytesSource('');
  const { content, path } = file;
  if (isBlob(content)) {
    digests.set(path, content.sha256);
    return content;
  }
  return {
    size: content.size,
    async *read() {
      const hash = createHash('sha256');
      yield* hashed(content.read(), hash);
      digests.set(path, hash.digest('hex'));
    },
  };
}

function isBlob(content: ByteSource): content is Blob {
  return 'sha256' in content;
}

/** A stream that is hashed as it is read. */
export async function* hashed(stream: AsyncIterable<Uint8Array>, hash: Hash): AsyncGenerator<Uint8Array> {
  for await (const chunk of stream) {
    hash.update(chunk);
    yield chunk;
  }
}
