import type { DistroError } from '../errors/distro-error.ts';
import type { ByteReader } from './byte-reader.ts';
import { TAR_FLAGS, tarPadding } from './tar.ts';
import type { TarHeader, TarType } from './tar.ts';

/** What members ahead of a member say of it. */
export type TarExtension = Partial<Omit<TarHeader, 'type' | 'mode'>>;

/** Makes the error for a header from a sentence about it. */
type Refuse = (fault: string) => DistroError;

/** A path of Linux has at most 4096 bytes. */
const NAME_MAX = 4096;
const PAX_MAX = 1 << 20;

const TYPES: ReadonlyMap<string, TarType> = new Map([
  ...Object.entries(TAR_FLAGS).map(([type, flag]) => [flag, type as TarType] as const),
  ['\0', 'file'],
]);
/** Long name, long link name, PAX header of a member, of all members. */
const META_FLAGS: readonly string[] = ['L', 'K', 'x', 'g'];

/** Reads one header block; numbers and names that an extension gives replace its own. */
export function parseTarHeader(
  block: Uint8Array,
  extension: TarExtension,
  refuse: Refuse,
): { readonly flag: string; readonly header: TarHeader } {
  const bytes = Buffer.from(block.buffer, block.byteOffset, block.length);
  const number = (what: string, offset: number, length: number): number => {
    const value = parseNumber(bytes.subarray(offset, offset + length));
    if (value === undefined) throw refuse(`${what} of a header is not a number`);
    return value;
  };
  if (number('checksum', 148, 8) !== checksum(bytes)) throw refuse('checksum of a header is wrong');
  const flag = String.fromCharCode(bytes[156] ?? 0);
  const meta = META_FLAGS.includes(flag);
  const type = meta ? 'file' : TYPES.get(flag);
  if (type === undefined) throw refuse(`member type ${JSON.stringify(flag)} is not supported`);
  const magic = bytes.toString('latin1', 257, 265);
  const isUstar = magic.startsWith('ustar\0');
  if (!isUstar && magic !== 'ustar  \0' && !/^\0+$/.test(magic)) throw refuse('magic of a header is not tar');
  const prefix = isUstar ? text(bytes, 345, 155) : '';
  const name = prefix === '' ? text(bytes, 0, 100) : `${prefix}/${text(bytes, 0, 100)}`;
  const header = {
    name,
    type,
    mode: number('mode', 100, 8) & 0o7777,
    uid: number('uid', 108, 8),
    gid: number('gid', 116, 8),
    size: number('size', 124, 12),
    mtime: number('mtime', 136, 12),
    linkName: text(bytes, 157, 100),
    uname: text(bytes, 265, 32),
    gname: text(bytes, 297, 32),
    ...(meta ? {} : extension),
  };
  if (!Number.isSafeInteger(header.size) || header.size < 0) throw refuse('size of a member is out of range');
  if (type !== 'file' && header.size !== 0) throw refuse(`a ${type} has content`);
  return { flag, header: { ...header, linkName: type === 'file' || type === 'directory' ? '' : header.linkName } };
}

/** The content of a `././@LongLink` member. */
export async function readLongName(reader: ByteReader, size: number, refuse: Refuse): Promise<string> {
  if (size > NAME_MAX + 1) throw refuse(`a name of ${size} bytes`);
  return text(Buffer.from(await readContent(reader, size)), 0, size);
}

/** The records of a PAX header that say something of the member; of the others, only harmless ones are let pass. */
export async function readPax(reader: ByteReader, size: number, refuse: Refuse): Promise<TarExtension> {
  if (size > PAX_MAX) throw refuse(`a PAX header of ${size} bytes`);
  const records = Buffer.from(await readContent(reader, size));
  const values: TarExtension[] = [];
  for (let offset = 0; offset < records.length;) {
    const length = Number(/^([1-9]\d{0,6}) /.exec(records.toString('latin1', offset, offset + 8))?.[1]);
    const record = records.toString('utf8', offset, offset + length);
    const match = /^\d+ ([^=]+)=(.*)\n$/s.exec(record);
    if (Number.isNaN(length) || offset + length > records.length || match === null)
      throw refuse('a PAX record does not parse');
    values.push(paxValue(match[1] ?? '', match[2] ?? '', refuse));
    offset += length;
  }
  return Object.assign({}, ...values) as TarExtension;
}

/** True when every byte is zero. */
export function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}

function paxValue(key: string, value: string, refuse: Refuse): TarExtension {
  const whole = (pattern: RegExp): number => {
    if (!pattern.test(value)) throw refuse(`PAX ${key} ${JSON.stringify(value)} is not a number`);
    return Math.floor(Number(value));
  };
  switch (key) {
    case 'path':
      return { name: value };
    case 'linkpath':
      return { linkName: value };
    case 'uname':
    case 'gname':
      return { [key]: value };
    case 'size':
    case 'uid':
    case 'gid':
      return { [key]: whole(/^\d{1,16}$/) };
    case 'mtime':
      return { mtime: whole(/^-?\d{1,16}(?:\.\d*)?$/) };
    default:
      // These change what the content is; all others only add to it.
      if (key.startsWith('GNU.sparse.') || key === 'hdrcharset') throw refuse(`PAX ${key} is not supported`);
      return {};
  }
}

async function readContent(reader: ByteReader, size: number): Promise<Uint8Array> {
  const content = await reader.take(size);
  await reader.take(tarPadding(size));
  return content;
}

function text(bytes: Buffer, offset: number, length: number): string {
  const field = bytes.subarray(offset, offset + length);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end === -1 ? length : end);
}

/** Octal digits between spaces and NULs, or base 256 when the first bit is set; undefined for anything else. */
function parseNumber(field: Buffer): number | undefined {
  const [first = 0] = field;
  if (first >= 0x80) {
    const negative = first === 0xff;
    let value = negative ? -1n : BigInt(first & 0x7f);
    for (const byte of field.subarray(1)) value = (value << 8n) | BigInt(byte);
    return Number(value);
  }
  const digits = /^ *([0-7]*)[ \0]*$/.exec(field.toString('latin1'));
  return digits === null ? undefined : Number.parseInt(digits[1] || '0', 8);
}

/** The sum of all bytes, those of the checksum itself taken for spaces. */
function checksum(block: Buffer): number {
  let sum = 8 * 0x20;
  for (let index = 0; index < block.length; index += 1) if (index < 148 || index >= 156) sum += block[index] ?? 0;
  return sum;
}
