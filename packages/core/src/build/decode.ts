import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DistroError } from '../errors/distro-error.ts';
import { decompress } from '../formats/compress.ts';
import { fsCode } from '../store/fs-error.ts';

/** No archive that a distribution is made of is larger; a bomb is. */
const LIMIT = 64 * 1024 ** 3;

/**
 * Decompresses gzip, zstd or xz, as the first bytes tell; anything else passes. xz is the machine's own program: Node
 * has none.
 *
 * @param what - names the bytes in errors
 * @throws FORMAT_INVALID, FORMAT_LIMIT, TOOL_MISSING without xz
 */
export async function* decode(
  input: AsyncIterable<Uint8Array>,
  what: string,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void> {
  const { start, all } = await peek(input, 6);
  if (start.startsWith('fd377a585a00')) yield* unxz(all, what, signal);
  else yield* decompress(all, { compression: compressionOf(start), limit: LIMIT });
}

function compressionOf(start: string): 'gzip' | 'zstd' | 'none' {
  if (start.startsWith('1f8b')) return 'gzip';
  return start.startsWith('28b52ffd') ? 'zstd' : 'none';
}

/** The first bytes in hexadecimal, and all of them. */
async function peek(
  input: AsyncIterable<Uint8Array>,
  length: number,
): Promise<{ readonly start: string; readonly all: AsyncIterable<Uint8Array> }> {
  const iterator = input[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  let size = 0;
  while (size < length) {
    const next = await iterator.next();
    if (next.done === true) break;
    chunks.push(next.value);
    size += next.value.length;
  }
  async function* all(): AsyncGenerator<Uint8Array, void> {
    try {
      yield* chunks;
      yield* { [Symbol.asyncIterator]: () => iterator };
    } finally {
      await iterator.return?.();
    }
  }
  return { start: Buffer.concat(chunks).subarray(0, length).toString('hex'), all: all() };
}

/** Decompresses xz with the machine's own program. @throws FORMAT_INVALID, TOOL_MISSING */
export async function* unxz(
  input: AsyncIterable<Uint8Array>,
  what: string,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void> {
  const xz = spawn('xz', ['--decompress', '--stdout'], { stdio: ['pipe', 'pipe', 'pipe'], signal });
  const messages: Buffer[] = [];
  xz.stderr.on('data', (chunk: Buffer) => messages.push(chunk));
  const ended = once(xz, 'close').then(([code]) => code as number | null);
  const fed = pipeline(Readable.from(input, { objectMode: false }), xz.stdin);
  // Both are awaited below, but they may fail before.
  ended.catch(() => {});
  fed.catch(() => {});
  try {
    yield* xz.stdout as AsyncIterable<Uint8Array>;
    if ((await ended) !== 0) {
      const message = Buffer.concat(messages).toString().trim();
      throw new DistroError('FORMAT_INVALID', `${what} does not decompress: ${message}`);
    }
    await fed;
  } catch (error) {
    if (fsCode(error) !== 'ENOENT') throw error;
    const hint = 'install it: the package is called xz-utils or xz';
    throw new DistroError('TOOL_MISSING', `xz is needed to read ${what}`, { hint, cause: error });
  } finally {
    xz.kill('SIGKILL');
    await ended.catch(() => {});
  }
}
