import { createHash } from 'node:crypto';
import { DistroError } from '../../errors/distro-error.ts';
import type { ByteReader } from '../byte-reader.ts';
import { decompress } from '../compress.ts';
import { readCpio } from '../cpio.ts';
import type { CpioMember } from '../cpio.ts';
import { FILE_TYPES, inodeAt } from './files.ts';
import type { HeaderView } from './header-view.ts';
import { hashed } from './payload.ts';
import type { RpmHeaderInfo } from './read-package.ts';
import type { SignatureInfo } from './read-signature.ts';
import type { RpmFile } from './rpm-info.ts';
import { DIGEST_ALGO_SHA256, TAG } from './tags.ts';

/** What a payload must be. */
export interface ReadPayloadOptions {
  readonly header: HeaderView;
  /** The header as it stands in the file. */
  readonly headerBytes: Uint8Array;
  readonly info: RpmHeaderInfo;
  readonly signature: SignatureInfo;
}

/**
 * Reads the payload to its end, in one pass, and holds it against the headers: sizes, digests, and each file.
 *
 * @throws `FORMAT_INVALID`
 */
export async function verifyPayload(reader: ByteReader, options: ReadPayloadOptions): Promise<void> {
  const { header, headerBytes, info, signature } = options;
  const start = reader.offset;
  const hashes = {
    compressed: createHash('sha256'),
    archive: createHash('sha256'),
    md5: signature.md5 === undefined ? undefined : createHash('md5').update(headerBytes),
  };
  const payload = hashed(reader.remaining(), hashes.compressed);
  const archive = decompress(hashes.md5 === undefined ? payload : hashed(payload, hashes.md5), {
    compression: info.compression,
    limit: Number.MAX_SAFE_INTEGER,
  });
  try {
    await verifyArchive(bounded(hashed(archive, hashes.archive), signature.archiveSize), info.files);
  } catch (error) {
    if (!(error instanceof DistroError)) throw error;
    throw payloadFault(start, `: ${error.message}`, error);
  }
  const hex = (digest: Uint8Array | undefined): string | undefined => digest && Buffer.from(digest).toString('hex');
  const found = [
    ['sha256', hashes.compressed.digest('hex'), payloadDigest(header)],
    ['sha256 before compression', hashes.archive.digest('hex'), header.tryStrings(TAG.payloadDigestAlt)?.[0]],
    ['size with the header', headerBytes.length + reader.offset - start, signature.size],
    ['md5 with the header', hex(hashes.md5?.digest()), hex(signature.md5)],
  ] as const;
  for (const [what, value, expected] of found) {
    if (expected !== undefined && value !== expected)
      throw payloadFault(start, ` has the ${what} ${value} instead of ${expected}`);
  }
}

function payloadFault(start: number, message: string, cause?: DistroError): DistroError {
  return new DistroError('FORMAT_INVALID', `rpm payload at byte ${start}${message}`, { cause });
}

function payloadDigest(header: HeaderView): string {
  if (header.number(TAG.payloadDigestAlgo) !== DIGEST_ALGO_SHA256)
    throw header.invalid('the payload digest is not sha256');
  return header.strings(TAG.payloadDigest, 1)[0] ?? '';
}

/** Stops as soon as there is more than was announced, so that hostile input does not decompress for hours. */
async function* bounded(stream: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array> {
  let read = 0;
  for await (const chunk of stream) {
    read += chunk.length;
    if (read > size) break;
    yield chunk;
  }
  if (read !== size)
    throw new DistroError(
      'FORMAT_INVALID',
      `${read > size ? 'more than' : 'only'} ${Math.min(read, size)} bytes come out of it, where ${size} were announced`,
    );
}

async function verifyArchive(archive: AsyncIterable<Uint8Array>, files: readonly RpmFile[]): Promise<void> {
  const shipped = [...files.entries()].filter(([, { type }]) => type !== 'ghost');
  let next = 0;
  for await (const member of readCpio(archive, { sizeOf: (index) => files[index]?.size })) {
    const [index, file] = shipped[next] ?? [];
    if (index === undefined || file === undefined) throw memberFault(member, 'is not in the package header');
    next += 1;
    verifyHeader(member, index, file);
    await verifyContent(member, file);
  }
  const missing = shipped[next]?.[1];
  if (missing !== undefined) throw new DistroError('FORMAT_INVALID', `${missing.path} is not in the archive`);
}

function verifyHeader(member: CpioMember, index: number, file: RpmFile): void {
  const { header, size } = member;
  if ('index' in header) {
    if (header.index !== index) throw memberFault(member, `is file ${header.index} instead of ${index}`);
    return;
  }
  const expected = {
    name: `.${file.path}`,
    inode: inodeAt(index),
    mode: FILE_TYPES[file.type] | file.mode,
    links: 1,
    mtime: file.mtime,
  };
  for (const field of ['name', 'inode', 'mode', 'links', 'mtime'] as const) {
    if (header[field] === expected[field]) continue;
    throw memberFault(member, `has the ${field} ${header[field]} instead of ${expected[field]}`);
  }
  if (size !== file.size) throw memberFault(member, `has ${size} bytes instead of ${file.size}`);
}

async function verifyContent(member: CpioMember, file: RpmFile): Promise<void> {
  const hash = createHash('sha256');
  for await (const chunk of member.content) hash.update(chunk);
  const digest = hash.digest('hex');
  const expected =
    file.type === 'symlink'
      ? createHash('sha256')
          .update(file.target ?? '')
          .digest('hex')
      : file.sha256;
  if (expected === undefined || digest === expected) return;
  throw memberFault(member, `${file.path} has the sha256 ${digest} instead of ${expected}`);
}

function memberFault({ offset }: CpioMember, message: string): DistroError {
  return new DistroError('FORMAT_INVALID', `the archive member at byte ${offset} ${message}`);
}
