import { constants, crc32, deflateRaw } from 'node:zlib';
import { promisify } from 'node:util';
import { rechunk } from './rechunk.ts';

const BLOCK = 1 << 20;
/** How far deflate looks back, and so what each block must know of the one before it. */
const WINDOW = 32 * 1024;
/** Blocks compressed at the same time; Node's thread pool has four threads unless told otherwise. */
const IN_FLIGHT = 8;
/** Deflate, no name, no time, "Unix": what `gzip -n` writes. */
const HEADER = Uint8Array.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]);
/** An empty last block: the end of every deflate stream we write. */
const END = Uint8Array.from([0x03, 0x00]);

const deflate = promisify(deflateRaw) as (
  block: Uint8Array,
  options: Parameters<typeof deflateRaw>[1],
) => Promise<Uint8Array>;

/**
 * Compresses a stream to one gzip member without a time. Fixed blocks are deflated in the thread pool, each with the
 * end of the block before it as its dictionary, and joined on byte borders: the bytes depend on the input and the
 * level only, not on chunking, cores or load.
 *
 * See RFC 1952 and, for joining on `Z_SYNC_FLUSH`, RFC 1951 3.2.4.
 */
export async function* compressGzip(
  input: AsyncIterable<Uint8Array>,
  { level }: { readonly level: number },
): AsyncGenerator<Uint8Array, void> {
  yield HEADER;
  const running: Promise<Uint8Array>[] = [];
  let crc = 0;
  let size = 0;
  let dictionary = new Uint8Array();
  for await (const block of rechunk(input, { size: BLOCK, keep: IN_FLIGHT })) {
    running.push(deflateBlock(block, dictionary, level));
    crc = crc32(block, crc);
    size += block.length;
    dictionary = block.slice(-WINDOW);
    if (running.length === IN_FLIGHT) yield await (running.shift() as Promise<Uint8Array>);
  }
  for (const block of running) yield await block;
  yield END;
  yield trailer(crc, size);
}

function deflateBlock(block: Uint8Array, dictionary: Uint8Array, level: number): Promise<Uint8Array> {
  const primed = dictionary.length > 0 ? { dictionary } : {};
  const result = deflate(block, { level, finishFlush: constants.Z_SYNC_FLUSH, chunkSize: BLOCK / 2, ...primed });
  // Awaited when its turn comes; if reading fails before that, nobody is left to hear of this.
  result.catch(() => {});
  return result;
}

function trailer(crc: number, size: number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(crc, 0);
  bytes.writeUInt32LE(size % 2 ** 32, 4);
  return bytes;
}
