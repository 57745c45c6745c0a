import { pipeline, Readable } from 'node:stream';
import { createGunzip, createZstdDecompress, gunzipSync } from 'node:zlib';
import { DistroError } from '../errors/distro-error.ts';
import type { Compression } from '../model/target.ts';
import { compressGzip } from './gzip.ts';
import { compressZstd } from './zstd.ts';
import type { ZstdLevel } from './zstd.ts';

/** What {@link compress} takes. */
export interface CompressOptions {
  readonly compression: Compression;
  /** 1 to 9 for gzip; for zstd 1 to 19, `fast` or `balanced`, which gzip takes for 6. @default 6 for gzip, `fast` for zstd */
  readonly level?: ZstdLevel;
  /** The input's length in bytes, if known. It must be right: zstd writes it to its header and refuses another. */
  readonly size?: number;
}

/**
 * Compresses a stream, in threads once it is larger than a MiB. Same input bytes and options, same output bytes,
 * however the input is chunked and however many cores there are.
 */
export function compress(input: AsyncIterable<Uint8Array>, options: CompressOptions): AsyncIterable<Uint8Array> {
  const { compression, level, size } = options;
  if (compression === 'zstd') return compressZstd(input, { level, size });
  return compressGzip(input, { level: typeof level === 'number' ? level : 6 });
}

/** Compressed data and content that are handled in one piece, in bytes. */
const LITTLE = 64 << 10;
const LITTLE_CONTENT = 1 << 20;
/** Each piece that a stream gives costs as much as decompressing some KiB. */
const CHUNK = 256 << 10;

/** What {@link decompress} takes. */
export interface DecompressOptions {
  /** `none` passes the bytes through, still bounded. */
  readonly compression: Compression | 'none';
  /** The most bytes that may come out. */
  readonly limit: number;
  /** The input's length in bytes, if known: little data is decompressed at once. */
  readonly inputSize?: number;
}

/**
 * Decompresses a stream, never holding more than a few chunks of it.
 *
 * @throws `FORMAT_INVALID` for damaged or truncated input and for bytes after its end, `FORMAT_LIMIT` past `limit`
 *   bytes of output; what the input itself throws comes through unchanged.
 */
export async function* decompress(
  input: AsyncIterable<Uint8Array>,
  { compression, limit, inputSize = Infinity }: DecompressOptions,
): AsyncGenerator<Uint8Array, void> {
  let size = 0;
  for await (const chunk of open(input, compression, inputSize)) {
    size += chunk.length;
    if (size > limit) throw new DistroError('FORMAT_LIMIT', `${compression} data is longer than ${limit} bytes`);
    yield chunk;
  }
}

function open(
  input: AsyncIterable<Uint8Array>,
  compression: DecompressOptions['compression'],
  inputSize: number,
): AsyncIterable<Uint8Array> {
  if (compression === 'none') return input;
  return inputSize > LITTLE ? inflate(input, compression) : inflateLittle(input, compression);
}

/** Without a stream, which takes longer to set up than little data takes to decompress. */
async function* inflateLittle(
  input: AsyncIterable<Uint8Array>,
  compression: Compression,
): AsyncGenerator<Uint8Array, void> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of input) chunks.push(new Uint8Array(chunk));
  const bytes = Buffer.concat(chunks);
  const whole = compression === 'gzip' ? tryGunzip(bytes) : undefined;
  if (whole !== undefined) yield whole;
  else yield* inflate(once(bytes), compression);
}

/** The content; undefined for anything unusual, which is the stream's to judge: much content, damage, bytes behind it. */
function tryGunzip(bytes: Uint8Array): Uint8Array | undefined {
  try {
    const { buffer, engine } = gunzipSync(bytes, { maxOutputLength: LITTLE_CONTENT, info: true }) as unknown as {
      readonly buffer: Buffer;
      readonly engine: { readonly bytesWritten: number };
    };
    return engine.bytesWritten === bytes.length ? buffer : undefined;
  } catch {
    return undefined;
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield bytes;
}

async function* inflate(input: AsyncIterable<Uint8Array>, compression: Compression): AsyncGenerator<Uint8Array, void> {
  const read = new CountedInput(input);
  const codec =
    compression === 'gzip' ? createGunzip({ chunkSize: CHUNK }) : createZstdDecompress({ chunkSize: CHUNK });
  // The loop below hears of every error; without a callback it would be thrown a second time.
  pipeline(Readable.from(read, { objectMode: false }), codec, () => {});
  try {
    yield* codec as AsyncIterable<Uint8Array>;
  } catch (cause) {
    if (read.failure !== undefined) throw read.failure.error;
    throw new DistroError('FORMAT_INVALID', `${compression} data is damaged or truncated`, { cause });
  }
  if (read.ended && codec.bytesWritten === read.size) return;
  throw new DistroError('FORMAT_INVALID', `${compression} data has bytes after its end`);
}

/** An input that remembers how far it was read and whether it failed. */
class CountedInput implements AsyncIterable<Uint8Array> {
  readonly #input: AsyncIterable<Uint8Array>;
  size = 0;
  ended = false;
  failure: { readonly error: unknown } | undefined;

  constructor(input: AsyncIterable<Uint8Array>) {
    this.#input = input;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void> {
    const iterator = this.#input[Symbol.asyncIterator]();
    try {
      for (let next = await this.#next(iterator); next.done !== true; next = await this.#next(iterator)) {
        this.size += next.value.length;
        yield next.value;
      }
      this.ended = true;
    } finally {
      await iterator.return?.();
    }
  }

  /** Only what the input throws: a codec that fails is thrown into the generator's `yield`. */
  async #next(iterator: AsyncIterator<Uint8Array>): Promise<IteratorResult<Uint8Array>> {
    try {
      return await iterator.next();
    } catch (error) {
      this.failure = { error };
      throw error;
    }
  }
}
