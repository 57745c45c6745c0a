import type { ByteReader } from '../byte-reader.ts';

/** What a frame says of itself ahead of its blocks. */
export interface ZstdFrameHeader {
  /** How far back a match may reach, in bytes. */
  readonly window: number;
  /** The length of the content in bytes; undefined when the frame does not say. */
  readonly contentSize: number | undefined;
  /** True when four bytes of checksum follow the last block. */
  readonly checksum: boolean;
}

const MAGIC = 0xfd2fb528;
/** Bytes of the content size for each value of its flag; the first is 1 in a frame of a single segment. */
const SIZE_LENGTHS = [0, 2, 4, 8] as const;
const WINDOW_LOG_MIN = 10;
const UINT32_MAX = 0xffff_ffff;

/**
 * Reads the header of a frame: of a data frame without a dictionary, no other.
 *
 * See RFC 8878, 3.1.1.1.
 *
 * @throws `FORMAT_INVALID`
 */
export async function readFrameHeader(reader: ByteReader): Promise<ZstdFrameHeader> {
  const start = Buffer.from(await reader.take(5));
  if (start.readUInt32LE() !== MAGIC) throw reader.invalid('not a zstd frame', reader.offset - 5);
  const descriptor = start[4] ?? 0;
  if ((descriptor & 0b1000) !== 0) throw reader.invalid('the reserved bit is set', reader.offset - 1);
  if ((descriptor & 0b11) !== 0) throw reader.invalid('the frame wants a dictionary', reader.offset - 1);
  const single = (descriptor & 0b10_0000) !== 0;
  const ownWindow = single ? undefined : windowOf((await reader.take(1))[0] ?? 0);
  const contentSize = await readContentSize(reader, descriptor >> 6, single);
  return { window: ownWindow ?? contentSize ?? 0, contentSize, checksum: (descriptor & 0b100) !== 0 };
}

async function readContentSize(reader: ByteReader, flag: number, single: boolean): Promise<number | undefined> {
  const length = flag === 0 && single ? 1 : (SIZE_LENGTHS[flag] ?? 0);
  if (length === 0) return undefined;
  const bytes = Buffer.from(await reader.take(length));
  if (length === 2) return bytes.readUInt16LE() + 256;
  if (length < 8) return bytes.readUIntLE(0, length);
  const size = Number(bytes.readBigUInt64LE());
  if (!Number.isSafeInteger(size)) throw reader.invalid(`a content of ${size} bytes`, reader.offset - 8);
  return size;
}

function windowOf(byte: number): number {
  const base = 2 ** (WINDOW_LOG_MIN + (byte >> 3));
  return base + (base / 8) * (byte & 7);
}

/** The header of a frame without a checksum; `windowLog` is the logarithm of its window, at least 10. */
export function frameHeader(windowLog: number, contentSize: number): Uint8Array {
  const wide = contentSize > UINT32_MAX;
  const header = Buffer.alloc(6 + (wide ? 8 : 4));
  header.writeUInt32LE(MAGIC);
  header[4] = (wide ? 3 : 2) << 6;
  header[5] = (windowLog - WINDOW_LOG_MIN) << 3;
  if (wide) header.writeBigUInt64LE(BigInt(contentSize), 6);
  else header.writeUInt32LE(contentSize, 6);
  return header;
}
