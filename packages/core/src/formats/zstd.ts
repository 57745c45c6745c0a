import { constants, createZstdCompress, zstdCompressSync } from 'node:zlib';
import type { ZstdOptions } from 'node:zlib';
import { rechunk } from './rechunk.ts';

const MIB = 1 << 20;
/** Bytes handed to zstd at once: one of its jobs. */
const BLOCK = 4 * MIB;
/** Below this, a thread costs more than it saves. */
const SMALL = MIB;

/** A level of zstd's own, 1 to 19, or a setting that is measured on Go binaries. */
export type ZstdLevel = number | 'fast' | 'balanced';

/** What {@link compressZstd} takes. */
export interface ZstdCompressOptions {
  /** @default 'fast' */
  readonly level?: ZstdLevel | undefined;
  /** The input's length, if known; it is then written to the frame's header. */
  readonly size?: number | undefined;
}

/**
 * Compresses a stream to one zstd frame with a content checksum, on a thread of zstd's. The bytes depend on the input
 * and the options only, not on chunking, cores or load. The window is at most 8 MiB, which every reader accepts.
 *
 * See RFC 8878.
 */
export async function* compressZstd(
  input: AsyncIterable<Uint8Array>,
  options: ZstdCompressOptions,
): AsyncGenerator<Uint8Array, void> {
  const blocks = rechunk(input, { size: BLOCK, keep: 1 });
  const first = (await blocks.next()).value ?? Buffer.alloc(0);
  if (first.length < SMALL) {
    yield zstdCompressSync(first, { params: parameters(options.level), pledgedSrcSize: first.length });
    return;
  }
  const encoder = new ZstdEncoder(options);
  try {
    let written = encoder.write(first);
    for (let next = ahead(blocks); ;) {
      const block = await next;
      const ready = await written;
      if (block === undefined) {
        yield* ready;
        break;
      }
      // While the reader takes what is ready, this block is compressed and the next one is read.
      written = encoder.write(block);
      next = ahead(blocks);
      yield* ready;
    }
    yield* await encoder.end();
  } finally {
    encoder.close();
    await blocks.return(undefined);
  }
}

/** The next block, asked for before it is awaited; undefined after the last. */
function ahead(blocks: AsyncGenerator<Uint8Array, void>): Promise<Uint8Array | undefined> {
  const next = blocks.next().then(({ value }) => value ?? undefined);
  // If the reader stops before it is awaited, nobody is left to hear of a failure.
  next.catch(() => {});
  return next;
}

/**
 * zstd's fastest strategy with a larger window than its levels 1 and 2 give it. On Go binaries `fast` takes the time of
 * level 1 for nearly the size of level 2, and `balanced` the time of level 2 for nearly the size of level 3.
 */
const PROFILES = {
  fast: profile({ hashLog: 15 }),
  balanced: profile({ hashLog: 17 }),
} as const;

function profile({ hashLog }: { readonly hashLog: number }): NonNullable<ZstdOptions['params']> {
  return {
    [constants.ZSTD_c_compressionLevel]: 2,
    [constants.ZSTD_c_strategy]: constants.ZSTD_fast,
    [constants.ZSTD_c_windowLog]: 22,
    [constants.ZSTD_c_hashLog]: hashLog,
    [constants.ZSTD_c_minMatch]: 6,
  };
}

function parameters(level: ZstdLevel = 'fast'): NonNullable<ZstdOptions['params']> {
  const chosen = typeof level === 'number' ? { [constants.ZSTD_c_compressionLevel]: level } : PROFILES[level];
  return { ...chosen, [constants.ZSTD_c_checksumFlag]: 1 };
}

/**
 * A zstd stream that compresses on a thread of its own, beside the one that hashes and copies for it. With a second
 * one it would contend with whoever reads and hashes its input, which takes as long, on a machine of two cores.
 *
 * Every write is flushed: without it zstd takes only a part of a write when it has threads, and Node mistakes that for
 * the end of the stream.
 */
class ZstdEncoder {
  readonly #codec: ReturnType<typeof createZstdCompress>;
  readonly #output: Uint8Array[] = [];

  constructor({ level, size }: ZstdCompressOptions) {
    this.#codec = createZstdCompress({
      params: { ...parameters(level), [constants.ZSTD_c_nbWorkers]: 1, [constants.ZSTD_c_jobSize]: BLOCK },
      flush: constants.ZSTD_e_flush,
      chunkSize: MIB / 4,
      ...(size === undefined ? {} : { pledgedSrcSize: size }),
    });
    this.#codec.on('data', (chunk: Uint8Array) => this.#output.push(chunk));
  }

  /** Starts to compress a block; resolves to what came out. Await it before the next call. */
  write(block: Uint8Array): Promise<readonly Uint8Array[]> {
    return this.#run((done) => this.#codec.write(block, done));
  }

  /** Ends the frame. */
  end(): Promise<readonly Uint8Array[]> {
    return this.#run((done) => {
      this.#codec.once('end', done);
      this.#codec.end();
    });
  }

  close(): void {
    this.#codec.destroy();
  }

  #run(start: (done: (error?: Error | null) => void) => void): Promise<readonly Uint8Array[]> {
    const result = new Promise<readonly Uint8Array[]>((resolve, reject) => {
      this.#codec.once('error', reject);
      start((error) => {
        this.#codec.off('error', reject);
        if (error) reject(error);
        else resolve(this.#output.splice(0));
      });
    });
    // The caller awaits it after reading more input; if that fails, nobody is left to hear of this.
    result.catch(() => {});
    return result;
  }
}
