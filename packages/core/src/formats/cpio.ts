import { DistroError } from '../errors/distro-error.ts';
import type { ByteSource } from '../model/bytes.ts';
import { ByteReader } from './byte-reader.ts';
import { exactContent } from './exact-content.ts';

/** What stands before an entry's content in a `newc` archive, the fields that are not 0. */
export interface CpioHeader {
  /** Up to 4095 bytes. */
  readonly name: string;
  readonly inode: number;
  /** File type and permission bits, as in `stat`. */
  readonly mode: number;
  readonly links: number;
  /** Seconds since 1970. */
  readonly mtime: number;
}

/** An entry to write: the content of a file, the target of a symlink, nothing for a directory. */
export interface CpioEntry extends CpioHeader {
  /** What a stripped header holds: the index of the file in the package's header. */
  readonly index: number;
  readonly content: ByteSource;
}

/** An entry that was read. Its content can be read once, until the next entry is asked for. */
export interface CpioMember {
  /** The header; for a stripped one, the index of the file it belongs to. */
  readonly header: CpioHeader | { readonly index: number };
  /** Bytes of content. */
  readonly size: number;
  /** Where the header starts, in bytes from the start of the archive. */
  readonly offset: number;
  readonly content: AsyncIterable<Uint8Array>;
}

/** How an archive is written or read. */
export interface CpioOptions {
  /**
   * rpm's form for archives with a file that `newc` has no room for: each header holds just the index of the file in the
   * package's header, which knows the rest. @default false
   */
  readonly stripped?: boolean;
}

/** The largest content that a `newc` header has room for, less one: rpm keeps the last value free. */
export const CPIO_SIZE_MAX = 0xffff_fffe;

const NEWC_MAGIC = '070701';
const STRIPPED_MAGIC = '07070X';
const TRAILER = 'TRAILER!!!';
/** Bytes of a `newc` header: the magic and 13 fields of 8 digits. */
const NEWC_LENGTH = 6 + 13 * 8;
/** The name with its NUL. */
const NAME_MAX = 4096;
const ALIGNMENT = 4;

/** The length of the archive that {@link writeCpio} makes of these entries. */
export function cpioSize(entries: readonly CpioEntry[], { stripped = false }: CpioOptions = {}): number {
  let size = 0;
  for (const entry of entries) size += headerLength(entry.name, stripped) + aligned(entry.content.size);
  return size + headerLength(TRAILER, false);
}

/**
 * An SVR4 `newc` archive, padded to four bytes at its end.
 *
 * @throws `FORMAT_INVALID` when a content does not have its announced size, `FORMAT_LIMIT` for a name that is too long
 */
export async function* writeCpio(
  entries: readonly CpioEntry[],
  { stripped = false }: CpioOptions = {},
): AsyncGenerator<Uint8Array> {
  for (const entry of entries) {
    yield stripped ? strippedHeader(entry.index) : newcHeader(entry, entry.content.size);
    yield* exactContent(entry.content, entry.name);
    const padding = aligned(entry.content.size) - entry.content.size;
    if (padding > 0) yield new Uint8Array(padding);
  }
  yield newcHeader({ name: TRAILER, inode: 0, mode: 0, links: 1, mtime: 0 }, 0);
}

function headerLength(name: string, stripped: boolean): number {
  return aligned(stripped ? STRIPPED_MAGIC.length + 8 : NEWC_LENGTH + Buffer.byteLength(name) + 1);
}

function aligned(length: number): number {
  return Math.ceil(length / ALIGNMENT) * ALIGNMENT;
}

function strippedHeader(index: number): Uint8Array {
  return padded(`${STRIPPED_MAGIC}${hex(index)}`);
}

function newcHeader({ name, inode, mode, links, mtime }: CpioHeader, size: number): Uint8Array {
  const nameLength = Buffer.byteLength(name) + 1;
  if (nameLength > NAME_MAX) throw new DistroError('FORMAT_LIMIT', `name ${name} is longer than ${NAME_MAX - 1} bytes`);
  // Owner and group are names in the rpm header; the device fields and the checksum are not used.
  const fields = [inode, mode, 0, 0, links, mtime, size, 0, 0, 0, 0, nameLength, 0];
  return padded(`${NEWC_MAGIC}${fields.map(hex).join('')}${name}\0`);
}

function padded(text: string): Uint8Array {
  const bytes = Buffer.alloc(aligned(Buffer.byteLength(text)));
  bytes.write(text);
  return bytes;
}

function hex(value: number): string {
  return value.toString(16).padStart(8, '0');
}

/** How an archive is read. */
export interface ReadCpioOptions {
  /** The content size for a stripped header; without it such a header is an error. */
  readonly sizeOf?: (index: number) => number | undefined;
}

/**
 * Reads an archive strictly: every field is one, padding is zero, and nothing follows the trailer. Content that the
 * consumer leaves is skipped.
 *
 * @throws `FORMAT_INVALID` with the offset of what is wrong
 */
export async function* readCpio(
  archive: AsyncIterable<Uint8Array>,
  { sizeOf }: ReadCpioOptions = {},
): AsyncGenerator<CpioMember> {
  const reader = new ByteReader(archive, 'cpio archive');
  try {
    for (;;) {
      const offset = reader.offset;
      const { header, size } = await readHeader(reader, sizeOf);
      if ('name' in header && header.name === TRAILER) break;
      const end = reader.offset + size;
      yield { header, size, offset, content: reader.stream(size) };
      for await (const _ of reader.stream(end - reader.offset));
      await readPadding(reader);
    }
    if (!(await reader.atEnd())) throw reader.invalid('bytes after the trailer');
  } finally {
    await reader.close();
  }
}

async function readHeader(
  reader: ByteReader,
  sizeOf: ReadCpioOptions['sizeOf'],
): Promise<{ readonly header: CpioMember['header']; readonly size: number }> {
  const magic = latin1(await reader.take(NEWC_MAGIC.length));
  if (magic === STRIPPED_MAGIC && sizeOf !== undefined) {
    const [index = 0] = await readFields(reader, 1);
    const size = sizeOf(index);
    if (size === undefined) throw reader.invalid(`file index ${index} is not in the package`, reader.offset - 8);
    await readPadding(reader);
    return { header: { index }, size };
  }
  if (magic !== NEWC_MAGIC) {
    throw reader.invalid(`magic ${JSON.stringify(magic)} is not ${NEWC_MAGIC}`, reader.offset - NEWC_MAGIC.length);
  }
  return readNewcHeader(reader);
}

async function readNewcHeader(reader: ByteReader): Promise<{ readonly header: CpioHeader; readonly size: number }> {
  const offset = reader.offset;
  const [inode = 0, mode = 0, uid, gid, links = 0, mtime = 0, size = 0, ...rest] = await readFields(reader, 13);
  const [devMajor, devMinor, rdevMajor, rdevMinor, nameLength = 0, checksum] = rest;
  if ([uid, gid, devMajor, devMinor, rdevMajor, rdevMinor, checksum].some((field) => field !== 0)) {
    throw reader.invalid('an owner, device or checksum field is not 0', offset);
  }
  if (nameLength < 2 || nameLength > NAME_MAX) throw reader.invalid(`name length ${nameLength} is not allowed`, offset);
  const bytes = Buffer.from(await reader.take(nameLength));
  if (bytes.indexOf(0) !== nameLength - 1) throw reader.invalid('a name does not end with its only NUL', offset);
  await readPadding(reader);
  return { header: { name: bytes.toString('utf8', 0, nameLength - 1), inode, mode, links, mtime }, size };
}

async function readFields(reader: ByteReader, count: number): Promise<readonly number[]> {
  const offset = reader.offset;
  const text = latin1(await reader.take(count * 8));
  // Lower case only: it is what everyone writes, and so each archive has one spelling.
  if (!/^[0-9a-f]*$/.test(text)) throw reader.invalid('a header field is not hexadecimal', offset);
  return Array.from({ length: count }, (_, i) => Number.parseInt(text.slice(i * 8, i * 8 + 8), 16));
}

async function readPadding(reader: ByteReader): Promise<void> {
  const offset = reader.offset;
  const padding = await reader.take(aligned(offset) - offset);
  if (padding.some((byte) => byte !== 0)) throw reader.invalid('padding is not zero', offset);
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}
