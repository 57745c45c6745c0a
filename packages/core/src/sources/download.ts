import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { DistroError } from '../errors/distro-error.ts';
import type { Sha256 } from '../model/digest.ts';
import { failureOf, mismatch, PassingFailure, statusFailure } from './download-failure.ts';
import { httpGet, redact } from './http-get.ts';
import {
  discardPartial,
  dropValidator,
  partialHash,
  partialSize,
  readValidator,
  saveValidator,
} from './partial-file.ts';

/** What a download was, or must be. */
export interface Fingerprint {
  readonly sha256: Sha256;
  /** Bytes. */
  readonly size: number;
}

/** How a file is downloaded. */
export interface DownloadOptions {
  /** The file that the bytes go to. Bytes that an earlier run left in it are kept when the server can go on from there. */
  readonly file: string;
  /** What the bytes must be. */
  readonly expect?: Fingerprint;
  readonly signal?: AbortSignal | undefined;
  /** Takes the bytes so far, and how many there will be where that is known. */
  readonly onProgress?: (done: number, total: number | undefined) => void;
  /** How often in a row an attempt that brings no new bytes is repeated. @default 4 */
  readonly retries?: number;
  /** The first pause between attempts in milliseconds, doubled each time. @default 500 */
  readonly backoffMs?: number;
  /** Milliseconds without a byte after which an attempt is given up. @default 60000 */
  readonly idleMs?: number;
}

/**
 * Downloads an address to a file: retried with a growing pause, resumed where it broke off, hashed while it streams.
 *
 * @throws SOURCE_UNAVAILABLE when the server says that it is not there or not allowed.
 * @throws DOWNLOAD_FAILED after the last retry, or for a redirect that is not followed.
 * @throws DOWNLOAD_TRUNCATED when the bytes end before the announced size, after the last retry.
 * @throws DIGEST_MISMATCH when size or digest are not those expected; the file is then removed.
 * @throws DISK_FULL, PERMISSION_DENIED
 * @throws CANCELLED when the signal stopped it; what came so far stays for the next run.
 */
export async function download(address: string, options: DownloadOptions): Promise<Fingerprint> {
  const { retries = 4, backoffMs = 500, signal, file } = options;
  for (let failures = 0; ;) {
    const before = await partialSize(file);
    try {
      return await attempt(address, options, before);
    } catch (thrown) {
      if (signal?.aborted) throw new DistroError('CANCELLED', `the download of ${redact(address)} was stopped`);
      const { error, passing, waitMs } = failureOf(address, file, thrown);
      failures = (await partialSize(file)) > before ? 1 : failures + 1;
      if (!passing || failures > retries) throw error;
      const pause = waitMs ?? backoffMs * 2 ** (failures - 1);
      await sleep(pause, undefined, { signal }).catch(() => {});
    }
  }
}

/** One request, going on after the `have` bytes on disk where that is safe. */
async function attempt(address: string, options: DownloadOptions, have: number): Promise<Fingerprint> {
  const { file, expect, signal, idleMs } = options;
  const range = await rangeHeaders(options, have);
  const response = await httpGet(address, { headers: range ?? {}, signal, idleMs });
  try {
    const start = await startOf(address, response, { asked: range === undefined ? 0 : have, file });
    if (start === 'complete')
      return await finish(address, options, { hash: await partialHash(file), size: have, have });
    const total = totalOf(response, start);
    if (expect !== undefined && total !== undefined && total !== expect.size) {
      await discardPartial(file);
      throw mismatch(address, `${total} bytes`, `${expect.size} bytes`);
    }
    if (start === 0) await saveValidator(file, response.headers);
    const hash = start === 0 ? createHash('sha256') : await partialHash(file);
    const size = await receive(address, response, { options, start, total, hash });
    return await finish(address, options, { hash, size, have: start });
  } finally {
    response.destroy();
  }
}

/** Asks for the rest when the server can tell that the content is still the same, or when the digest will tell. */
async function rangeHeaders(
  { file, expect }: DownloadOptions,
  have: number,
): Promise<Readonly<Record<string, string>> | undefined> {
  if (have === 0) return undefined;
  const range = `bytes=${have}-`;
  const validator = await readValidator(file);
  if (validator !== undefined) return { range, 'if-range': validator };
  return expect === undefined ? undefined : { range };
}

/** Where in the file the bytes of an answer belong; `complete` when it already holds all of them. */
async function startOf(
  address: string,
  response: IncomingMessage,
  { asked, file }: { readonly asked: number; readonly file: string },
): Promise<number | 'complete'> {
  const status = response.statusCode ?? 0;
  if (status === 200) return 0;
  if (asked === 0 || (status !== 206 && status !== 416)) throw statusFailure(address, response);
  const range = response.headers['content-range'] ?? '';
  if (status === 206 && range.startsWith(`bytes ${asked}-`)) return asked;
  if (status === 416 && range === `bytes */${asked}`) return 'complete';
  await discardPartial(file);
  const message = `${redact(address)} does not go on after ${asked} bytes: it answered with range '${range}'`;
  throw new PassingFailure(new DistroError('DOWNLOAD_FAILED', message));
}

interface Receiving {
  readonly options: DownloadOptions;
  readonly start: number;
  readonly total: number | undefined;
  readonly hash: Hash;
}

/** How Node reports a body that ends before its announced length. */
const EARLY_END: ReadonlySet<string> = new Set(['ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE']);

/** Streams a body to the end of the file. Returns the file's size. */
async function receive(address: string, response: IncomingMessage, to: Receiving): Promise<number> {
  const announced = to.options.expect?.size ?? to.total;
  const handle = await open(to.options.file, to.start === 0 ? 'w' : 'a');
  let size = to.start;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (announced !== undefined && size > announced) break;
      await writeAll(handle, chunk);
      to.hash.update(chunk);
      to.options.onProgress?.(size, announced);
    }
  } catch (error) {
    if (!EARLY_END.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
    throw truncated(address, size, announced);
  } finally {
    await handle.close();
  }
  if (announced === undefined || size === announced) return size;
  if (size < announced) throw truncated(address, size, announced);
  await discardPartial(to.options.file);
  throw mismatch(address, `more than ${announced} bytes`, `${announced} bytes`);
}

interface Received {
  readonly hash: Hash;
  readonly size: number;
  /** Bytes that an earlier attempt had left. */
  readonly have: number;
}

/** Compares what came with what was expected. */
async function finish(address: string, options: DownloadOptions, { hash, size, have }: Received): Promise<Fingerprint> {
  const got = { sha256: hash.digest('hex'), size };
  await dropValidator(options.file);
  const { expect } = options;
  if (expect === undefined || (expect.sha256 === got.sha256 && expect.size === size)) return got;
  await discardPartial(options.file);
  const error =
    expect.size === size
      ? mismatch(address, `sha256 ${got.sha256}`, expect.sha256)
      : mismatch(address, `${size} bytes`, `${expect.size} bytes`);
  // The part that an earlier run left may be what is wrong: one more attempt starts from nothing.
  throw have === 0 ? error : new PassingFailure(error);
}

function totalOf(response: IncomingMessage, start: number): number | undefined {
  const length = response.headers['content-length'];
  return length === undefined ? undefined : start + Number(length);
}

async function writeAll(handle: FileHandle, chunk: Buffer): Promise<void> {
  for (let written = 0; written < chunk.length;) written += (await handle.write(chunk, written)).bytesWritten;
}

function truncated(address: string, size: number, announced: number | undefined): PassingFailure {
  const of = announced === undefined ? '' : ` of ${announced}`;
  const hint = 'check the network and run the same command again: it goes on where this one stopped';
  return new PassingFailure(
    new DistroError('DOWNLOAD_TRUNCATED', `${redact(address)} ended after ${size}${of} bytes`, { hint }),
  );
}
