import { DistroError } from '../errors/distro-error.ts';

/** The size of a tar block: headers are one, content is padded to whole ones. */
export const TAR_BLOCK = 512;

/** What a tar archive says of one member. */
export interface TarHeader {
  /** The path as it stands in the archive; a directory's ends with `/`. */
  readonly name: string;
  readonly type: TarType;
  /** Permission bits, 0o0000–0o7777. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** User and group by name; readers prefer these to the numbers. */
  readonly uname: string;
  readonly gname: string;
  /** Seconds since 1970; may be negative. */
  readonly mtime: number;
  /** Bytes of content; 0 for everything but files. */
  readonly size: number;
  /** What a link points to; empty for everything else. */
  readonly linkName: string;
}

/** The members that we write and read: no devices, no pipes. */
export type TarType = 'file' | 'hardlink' | 'symlink' | 'directory';

/** The type flags of the header. */
export const TAR_FLAGS: Readonly<Record<TarType, string>> = { file: '0', hardlink: '1', symlink: '2', directory: '5' };

const NAME_SIZE = 100;
const LONG_NAME = 'L';
const LONG_LINK = 'K';

/** The end of an archive: two blocks of zeros. */
export const TAR_END: Uint8Array = new Uint8Array(2 * TAR_BLOCK);

/**
 * The header of a member in GNU tar's format, never PAX, which dpkg refuses: names over 100 bytes go ahead of it as a
 * member of their own, numbers that do not fit in octal are in base 256.
 *
 * See "Basic Tar Format" and "GNU Extensions" in the manual of GNU tar.
 *
 * @throws `FORMAT_LIMIT` for a user or group name of more than 31 bytes
 */
export function tarHeader(header: TarHeader): Uint8Array {
  const name = Buffer.from(header.name);
  const linkName = Buffer.from(header.linkName);
  return Buffer.concat([
    ...(linkName.length > NAME_SIZE ? longName(LONG_LINK, linkName) : []),
    ...(name.length > NAME_SIZE ? longName(LONG_NAME, name) : []),
    headerBlock({ ...header, flag: TAR_FLAGS[header.type], name, linkName }),
  ]);
}

/** How many zero bytes follow content of a size. */
export function tarPadding(size: number): number {
  return (TAR_BLOCK - (size % TAR_BLOCK)) % TAR_BLOCK;
}

interface HeaderBlock extends Omit<TarHeader, 'name' | 'linkName' | 'type'> {
  readonly flag: string;
  readonly name: Buffer;
  readonly linkName: Buffer;
}

/** GNU tar's way to carry a name of any length: a member called `././@LongLink` whose content is the name and a NUL. */
function longName(flag: string, name: Buffer): readonly Uint8Array[] {
  const size = name.length + 1;
  const header: HeaderBlock = {
    flag,
    size,
    name: Buffer.from('././@LongLink'),
    linkName: Buffer.alloc(0),
    mode: 0,
    uid: 0,
    gid: 0,
    uname: 'root',
    gname: 'root',
    mtime: 0,
  };
  return [headerBlock(header), name, new Uint8Array(1 + tarPadding(size))];
}

function headerBlock(header: HeaderBlock): Uint8Array {
  const block = Buffer.alloc(TAR_BLOCK);
  // A long name is cut at a byte, perhaps within a character: readers take the full one from the member ahead.
  header.name.copy(block, 0, 0, NAME_SIZE);
  number(block, 100, 8, header.mode);
  number(block, 108, 8, header.uid);
  number(block, 116, 8, header.gid);
  number(block, 124, 12, header.size);
  number(block, 136, 12, header.mtime);
  block.write('        ', 148);
  block.write(header.flag, 156);
  header.linkName.copy(block, 157, 0, NAME_SIZE);
  block.write('ustar  \0', 257);
  ownerName(block, 265, header.uname);
  ownerName(block, 297, header.gname);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

/** Octal digits and a NUL where they suffice, else two's complement in base 256 with the first bit set. */
function number(block: Buffer, offset: number, length: number, value: number): void {
  if (value >= 0 && value < 8 ** (length - 1)) {
    block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, offset);
    return;
  }
  block.fill(value < 0 ? 0xff : 0, offset, offset + length);
  if (length === 8) block.writeIntBE(value, offset + 2, 6);
  else block.writeBigInt64BE(BigInt(value), offset + length - 8);
  block[offset] = value < 0 ? 0xff : 0x80;
}

function ownerName(block: Buffer, offset: number, name: string): void {
  const bytes = Buffer.from(name);
  if (bytes.length > 31) throw new DistroError('FORMAT_LIMIT', `owner ${JSON.stringify(name)} is longer than 31 bytes`);
  bytes.copy(block, offset);
}
