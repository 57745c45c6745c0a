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
  const digest = payloadDigest(header);
  const hash = createHash('sha256');
  const archiveHash = createHash('sha256');
  const md5 = signature.md5 === undefined ? undefined : createHash('md5').update(headerBytes);
  const compressed = hashed(reader.remaining(), hash);
  const archive = decompress(md5 === undefined ? compressed : hashed(compressed, md5), {
    compression: info.compression,
    limit: Number.MAX_SAFE_INTEGER,
  });
  try {
    await verifyArchive(bounded(hashed(archive, archiveHash), signature.archiveSize), info.files);
  } catch (error) {
    if (!(error instanceof DistroError)) throw error;
    throw new DistroError('FORMAT_INVALID', `rpm payload at byte ${start}: ${error.message}`, { cause: error });
  }
  const size = headerBytes.length + reader.offset - start;
  const checks: readonly (readonly [what: string, found: string | number, expected: string | number | undefined])[] = [
    ['sha256', hash.digest('hex'), digest],
    ['sha256 before compression', archiveHash.digest('hex'), header.tryStrings(TAG.payloadDigestAlt)?.[0]],
    ['size with the header', size, signature.size],
    ['md5 with the header', md5?.digest('hex') ?? '', signature.md5 && Buffer.from(signature.md5).toString('hex')],
  ];
  for (const [what, found, expected] of checks) {
    if (expected === undefined || found === expected) continue;
    throw new DistroError(
      'FORMAT_INVALID',
      `rpm payload at byte ${start} has the ${what} ${found} instead of ${expected}`,
    );
  }
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
