import { DistroError } from '../../errors/distro-error.ts';
import type { ByteSource } from '../../model/bytes.ts';
import { ByteReader } from '../byte-reader.ts';
import { compressZstd, WINDOW_LOG } from '../zstd.ts';
import type { ZstdLevel } from '../zstd.ts';
import { copyBlocks, LAST_BLOCK, rawBlocks, RESET_RUN, withReset } from './blocks.ts';
import { frameHeader } from './frame-header.ts';

/** Content that was compressed before. */
export interface ZstdContent {
  /**
   * What stands right before the content, such as its header in an archive. It holds 17 equal bytes in a row: the
   * headers of tar and of cpio's `newc` do.
   */
  readonly lead: Uint8Array;
  /** One whole frame of {@link compressZstd}'s profiles; nothing but its blocks is copied. */
  readonly frame: ByteSource;
  /** Bytes of content, which the frame must state as well. */
  readonly size: number;
}

/** A part of what {@link spliceZstd} writes: bytes, valid until the next part is asked for, or compressed content. */
export type ZstdPart = Uint8Array | ZstdContent;

/** What {@link spliceZstd} takes. */
export interface SpliceZstdOptions {
  /** The sum of all parts before compression, in bytes. */
  readonly size: number;
  /** For the parts that are bytes. @default 'fast' */
  readonly level?: ZstdLevel | undefined;
}

const WINDOW = 2 ** WINDOW_LOG;

/**
 * Makes one zstd frame of bytes and of content that was compressed before, which is neither decompressed nor compressed
 * again: its blocks are copied. The bytes around it are compressed here. Same parts, same output; without a checksum,
 * which would take the content.
 *
 * A block may refer to three things outside of itself. Bytes before it: those of its own frame, and they stand before
 * it here too. The tables of the block before: not in the first block of a frame. The offsets of the last matches: they
 * are brought back ahead of each frame to what a frame starts with.
 *
 * See RFC 8878.
 *
 * @throws `FORMAT_INVALID` for a frame that is none, has another size than announced or a window of more than 4 MiB, for
 *   a lead without 17 equal bytes, and when the parts do not add up to `size`
 */
export async function* spliceZstd(
  parts: AsyncIterable<ZstdPart>,
  { size, level }: SpliceZstdOptions,
): AsyncGenerator<Uint8Array, void> {
  const input = new PartReader(parts);
  let fresh = true;
  yield frameHeader(WINDOW_LOG, size);
  try {
    for (let part = await input.next(); part !== undefined; part = await input.next()) {
      if (!(part instanceof Uint8Array)) {
        yield* leadBlocks(part.lead, fresh);
        yield* contentBlocks(part);
        fresh = false;
        continue;
      }
      const start = fresh ? { blocks: [], rest: part } : withReset(part);
      yield* start?.blocks ?? rawBlocks(part);
      if (start === undefined) continue;
      yield* blocksOf(compressZstd(input.bytes(start.rest), { level }));
      fresh = false;
    }
  } finally {
    await input.close();
  }
  if (input.size !== size) throw invalid(`${input.size} bytes were given to a zstd frame of ${size}`);
  yield LAST_BLOCK;
}

function leadBlocks(lead: Uint8Array, fresh: boolean): Iterable<Uint8Array> {
  if (fresh) return rawBlocks(lead);
  const start = withReset(lead);
  if (start === undefined) throw invalid(`no ${RESET_RUN} equal bytes stand before compressed content`);
  return [...start.blocks, ...rawBlocks(start.rest)];
}

async function* contentBlocks({ frame, size }: ZstdContent): AsyncGenerator<Uint8Array, void> {
  yield* blocksOf(frame.read(), (stated) => {
    if (stated !== size) throw invalid(`a zstd frame of ${stated ?? 'unknown'} bytes instead of ${size}`);
  });
}

async function* blocksOf(
  frame: AsyncIterable<Uint8Array>,
  checkSize?: (stated: number | undefined) => void,
): AsyncGenerator<Uint8Array, void> {
  const reader = new ByteReader(frame, 'zstd frame');
  try {
    yield* copyBlocks(reader, { maxWindow: WINDOW, check: ({ contentSize }) => checkSize?.(contentSize) });
  } finally {
    await reader.close();
  }
}

function invalid(message: string): DistroError {
  return new DistroError('FORMAT_INVALID', message);
}

/** Parts one after the other, or those that are bytes as a stream. */
class PartReader {
  readonly #parts: AsyncIterator<ZstdPart>;
  #content: ZstdContent | undefined;
  /** Bytes so far, before compression. */
  size = 0;

  constructor(parts: AsyncIterable<ZstdPart>) {
    this.#parts = parts[Symbol.asyncIterator]();
  }

  async next(): Promise<ZstdPart | undefined> {
    if (this.#content !== undefined) {
      const content = this.#content;
      this.#content = undefined;
      return content;
    }
    const next = await this.#parts.next();
    if (next.done === true) return undefined;
    const part = next.value;
    this.size += part instanceof Uint8Array ? part.length : part.lead.length + part.size;
    return part;
  }

  /** The bytes from `first` to the next part that is compressed content. */
  async *bytes(first: Uint8Array): AsyncGenerator<Uint8Array, void> {
    let part: ZstdPart | undefined = first;
    for (; part instanceof Uint8Array; part = await this.next()) yield part;
    this.#content = part;
  }

  async close(): Promise<void> {
    await this.#parts.return?.();
  }
}
