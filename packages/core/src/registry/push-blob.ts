import { DistroError } from '../errors/distro-error.ts';
import { PassingFailure } from '../sources/download-failure.ts';
import { pullScope, pushScope } from './auth/scope.ts';
import { blobSize } from './blob-size.ts';
import type { ContentId, OciBlob, Transfer, WriteOptions } from './content.ts';
import { newContentCursor, type ContentCursor } from './content-cursor.ts';
import { mismatch } from './digest-check.ts';
import type { HttpAnswer } from './http-client.ts';
import { newPatience } from './patience.ts';
import { nameOf, pathOf, type RepositoryContext } from './repository-context.ts';
import { cancelUpload, uploadFrom, type Upload, uploadStatus, startUpload } from './upload-session.ts';

/** Blobs of at most so many bytes go in one request with the end of their upload; after a break they are sent again. */
const MONOLITHIC = 4 * 1024 * 1024;
const BYTES = 'application/octet-stream';

/** A blob to send. */
export interface BlobPush {
  readonly blob: ContentId;
  readonly content: OciBlob;
  readonly options?: WriteOptions | undefined;
}

/**
 * Sends a blob, or mounts it from another repository. See the specification's sections "Pushing a blob monolithically",
 * "Pushing a blob in chunks" and "Mounting a blob from another repository".
 */
export async function pushBlob(
  context: RepositoryContext,
  { blob, content, options = {} }: BlobPush,
): Promise<Transfer> {
  const what = nameOf(context, blob.digest);
  if (content.size !== blob.size) throw mismatch(what, `${content.size} bytes`, `${blob.size} bytes`);
  const started = await mount(context, blob, options);
  if (started === 'mounted') return 'mounted';
  const cursor = newContentCursor(content, what);
  try {
    await upload({ context, blob, cursor, options, what }, started);
  } finally {
    await cursor.close();
  }
  return 'copied';
}

/** Asks the registry to take the blob from another repository. Where it does not, it has begun an upload instead. */
async function mount(
  context: RepositoryContext,
  { digest }: ContentId,
  { mountFrom = [], signal }: WriteOptions,
): Promise<Upload | 'mounted' | undefined> {
  let started: Upload | undefined;
  for (const from of mountFrom.filter((path) => path !== context.path)) {
    if (started !== undefined) await cancelUpload(context, started);
    const query = new URLSearchParams({ mount: digest, from }).toString();
    const answer = await context.transport
      .call({
        method: 'POST',
        to: `${pathOf(context, 'blobs/uploads/')}?${query}`,
        scopes: [pushScope(context.path), pullScope(from)],
        expect: [201, 202],
        headers: { 'content-length': '0' },
        signal,
      })
      .catch(unlessRefused);
    await answer?.drop();
    if (answer?.status === 201) return 'mounted';
    started = answer === undefined ? undefined : uploadFrom(context, answer, 0);
  }
  return started;
}

/** Whoever may not read the other repository can still send the blob. */
function unlessRefused(error: unknown): undefined {
  if (error instanceof DistroError && (error.code === 'REGISTRY_DENIED' || error.code === 'REGISTRY_NOT_FOUND')) return;
  throw error;
}

interface Sending {
  readonly context: RepositoryContext;
  readonly blob: ContentId;
  readonly cursor: ContentCursor;
  readonly options: WriteOptions;
  /** Names the blob in errors. */
  readonly what: string;
}

/** Sends until the registry has it all; after a break, from where the registry says that it stopped. */
async function upload(sending: Sending, started: Upload | undefined): Promise<void> {
  const { context, blob, options } = sending;
  const patience = newPatience(context.transport.retry, options.signal);
  let current = started;
  let furthest = 0;
  for (;;) {
    try {
      current ??= await startUpload(context, options.signal);
      if (blob.size > MONOLITHIC) {
        while (current.offset < blob.size) current = await sendPart(sending, current);
      }
      return await finish(sending, current);
    } catch (error) {
      await patience.afterFailure(error);
    }
    const resumed = current === undefined ? undefined : await resume(sending, current);
    if (resumed === 'done') return;
    current = resumed;
    if ((current?.offset ?? 0) > furthest) patience.reset();
    furthest = Math.max(furthest, current?.offset ?? 0);
  }
}

/** Sends the next part. */
async function sendPart({ context, blob, cursor, options, what }: Sending, from: Upload): Promise<Upload> {
  const { offset } = from;
  const length = Math.min(Math.max(context.chunkSize, from.minChunk), blob.size - offset);
  const answer = await context.transport.attempt({
    method: 'PATCH',
    to: from.url,
    scopes: [pushScope(context.path)],
    expect: [202, 204, 416],
    headers: {
      'content-type': BYTES,
      'content-length': String(length),
      'content-range': `${offset}-${offset + length - 1}`,
    },
    body: () => reported(cursor.take(offset, length), offset, options.onProgress),
    signal: options.signal,
  });
  await answer.drop();
  if (answer.status === 416) {
    const message = `${what}: the registry does not go on with the upload at byte ${offset}`;
    throw new PassingFailure(new DistroError('REGISTRY_FAILED', message));
  }
  return { ...uploadFrom(context, answer, offset + length), minChunk: from.minChunk };
}

/** Ends an upload, with the whole blob where nothing of it was sent before. */
async function finish({ context, blob, cursor, options, what }: Sending, { url, offset }: Upload): Promise<void> {
  const length = blob.size - offset;
  const answer = await context.transport.attempt({
    method: 'PUT',
    to: withDigest(url, blob.digest),
    scopes: [pushScope(context.path)],
    expect: [201, 204],
    headers: { 'content-type': BYTES, 'content-length': String(length) },
    body: length === 0 ? undefined : () => reported(cursor.take(offset, length), offset, options.onProgress),
    signal: options.signal,
  });
  await answer.drop();
  checkStored(answer, blob, what);
  if (length === 0) options.onProgress?.(blob.size);
}

/** Where a broken upload goes on; undefined to begin another, `done` when only the answer to its end was lost. */
async function resume({ context, blob, options }: Sending, broken: Upload): Promise<Upload | 'done' | undefined> {
  if ((await blobSize(context, blob.digest, options)) === blob.size) return 'done';
  if (blob.size <= MONOLITHIC) return undefined;
  const status = await uploadStatus(context, broken, options.signal);
  if (status !== undefined && status.offset <= blob.size) return status;
  await cancelUpload(context, status ?? broken);
  return undefined;
}

/** The registry's own query stays as it is: it may be signed. */
function withDigest(url: URL, digest: string): URL {
  const query = `${url.search === '' ? '?' : `${url.search}&`}digest=${encodeURIComponent(digest)}`;
  return new URL(`${url.pathname}${query}`, url);
}

function checkStored(answer: HttpAnswer, { digest }: ContentId, what: string): void {
  const stored = answer.header('docker-content-digest');
  if (stored !== undefined && stored.startsWith(digest.slice(0, 7)) && stored !== digest) {
    throw mismatch(what, `digest ${stored} in the registry`, digest);
  }
}

async function* reported(
  bytes: AsyncIterable<Uint8Array>,
  offset: number,
  onProgress: ((done: number) => void) | undefined,
): AsyncGenerator<Uint8Array, void> {
  let done = offset;
  for await (const chunk of bytes) {
    yield chunk;
    done += chunk.length;
    onProgress?.(done);
  }
}
