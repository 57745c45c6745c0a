import type { ByteReader } from '../byte-reader.ts';
import { readFrameHeader } from './frame-header.ts';
import type { ZstdFrameHeader } from './frame-header.ts';

/** The most that a block has or stands for, in bytes. */
const BLOCK_MAX = 128 << 10;
const CHECKSUM_LENGTH = 4;

const RAW = 0;
const RLE = 1;
const COMPRESSED = 2;
const LAST = 1;

/** The end of a frame: an empty block that says that it is the last. */
export const LAST_BLOCK: Uint8Array = blockHeader(RAW, 0, LAST);

/** What {@link copyBlocks} takes. */
export interface CopyBlocksOptions {
  /** The largest window that the frame may have, in bytes. */
  readonly maxWindow: number;
  /** Refuses a frame by what its header says. */
  readonly check?: (header: ZstdFrameHeader) => void;
}

/**
 * The blocks of a frame, none of which says that it is the last, without header and checksum. Reads one frame and
 * nothing behind it. What is inside of the blocks is not looked at.
 *
 * See RFC 8878, 3.1.1.2.
 *
 * @throws `FORMAT_INVALID` for anything but one whole frame
 */
export async function* copyBlocks(
  reader: ByteReader,
  { maxWindow, check }: CopyBlocksOptions,
): AsyncGenerator<Uint8Array, void> {
  const header = await readFrameHeader(reader);
  if (header.window > maxWindow) throw reader.invalid(`the frame's window of ${header.window} bytes is too large`);
  check?.(header);
  const limit = Math.min(header.window, BLOCK_MAX);
  for (let last = false; !last;) {
    const bytes = Buffer.from(await reader.take(3)).readUIntLE(0, 3);
    const type = (bytes >> 1) & 0b11;
    const size = bytes >> 3;
    if (type > COMPRESSED) throw reader.invalid('a block of a reserved type', reader.offset - 3);
    if (size > limit) throw reader.invalid(`a block of ${size} bytes`, reader.offset - 3);
    last = (bytes & LAST) === LAST;
    yield blockHeader(type, size);
    yield* reader.stream(type === RLE ? 1 : size);
  }
  if (header.checksum) await reader.take(CHECKSUM_LENGTH);
  if (!(await reader.atEnd())) throw reader.invalid('bytes after the frame');
}

/** Bytes in blocks that say them as they are. */
export function* rawBlocks(bytes: Uint8Array): Generator<Uint8Array, void> {
  for (let offset = 0; offset < bytes.length; offset += BLOCK_MAX) {
    const block = bytes.subarray(offset, offset + BLOCK_MAX);
    yield blockHeader(RAW, block.length);
    yield block;
  }
}

/** How many equal bytes in a row it takes to write {@link withReset}. */
export const RESET_RUN = 17;
/** The largest of the offsets that a frame starts with: so many bytes must stand before the first match. */
const RESET_REACH = 8;

/**
 * Where a block is compressed, it may refer to the offsets of the last three matches; a frame starts with 1, 4 and 8.
 * These two blocks bring them back: they are three matches of three bytes each with the offsets 8, 4 and 1. Each block has
 * no literals, one code for all its matches, and the bits that tell which of the code's offsets is meant.
 *
 * See RFC 8878, 3.1.1.3.2 and 3.1.1.5.
 */
const RESET: Uint8Array = Buffer.concat([
  ...resetBlock({ matches: 1, offsetCode: 3, bits: 0b1_011 }),
  ...resetBlock({ matches: 2, offsetCode: 2, bits: 0b1_11_00 }),
]);

function resetBlock(of: {
  readonly matches: number;
  readonly offsetCode: number;
  readonly bits: number;
}): readonly Uint8Array[] {
  const noLiterals = 0;
  const oneCodeEach = 0b01_01_01_00;
  const lengthCode = 0;
  const content = [noLiterals, of.matches, oneCodeEach, lengthCode, of.offsetCode, lengthCode, of.bits];
  return [blockHeader(COMPRESSED, content.length), Uint8Array.from(content)];
}

/**
 * Splits bytes at their first run of {@link RESET_RUN} equal ones: the blocks that stand for them up to the end of the
 * run and bring the offsets back, and the rest. Undefined when there is no such run.
 */
export function withReset(
  bytes: Uint8Array,
): { readonly blocks: readonly Uint8Array[]; readonly rest: Uint8Array } | undefined {
  const run = findRun(bytes);
  if (run === undefined) return undefined;
  return { blocks: [...rawBlocks(bytes.subarray(0, run + RESET_REACH)), RESET], rest: bytes.subarray(run + RESET_RUN) };
}

function findRun(bytes: Uint8Array): number | undefined {
  let start = 0;
  for (let index = 0; index < bytes.length; index += 1) {
    if (bytes[index] !== bytes[start]) start = index;
    if (index - start === RESET_RUN - 1) return start;
  }
  return undefined;
}

function blockHeader(type: number, size: number, last = 0): Uint8Array {
  const header = Buffer.alloc(3);
  header.writeUIntLE((size << 3) | (type << 1) | last, 0, 3);
  return header;
}
