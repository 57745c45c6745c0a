import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { setTimeout as sleep } from 'node:timers/promises';
import { DistroError } from '../errors/distro-error.ts';
import type { Blob } from '../model/bytes.ts';
import { compareText } from '../model/json.ts';
import { fsCode } from '../store/fs-error.ts';
import type { PublishTarget, TargetFile } from './publish-target.ts';

/** Where our digest of an object is kept; what S3 itself knows of a large object is no digest of its bytes. */
const DIGEST = 'sha256';
const ATTEMPTS = 4;
/** A library prints nothing: what goes wrong is thrown. */
const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

/**
 * A bucket, or a prefix in one: `s3://bucket/prefix`. Region, credentials and endpoint are those of the AWS command
 * line: its environment variables and files. A server that is named by `AWS_ENDPOINT_URL` is asked with the bucket in
 * the path.
 *
 * @throws USAGE when the address is none
 */
export function s3Target(address: string): PublishTarget {
  const { bucket, prefix } = parseAddress(address);
  const isCustom = (process.env['AWS_ENDPOINT_URL_S3'] ?? process.env['AWS_ENDPOINT_URL'] ?? '') !== '';
  const client = new S3Client({
    forcePathStyle: isCustom,
    logger: SILENT,
    // Bytes are checked by the sha256 that each request is signed with.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  const place = (path: string): Place => ({
    Bucket: bucket,
    Key: `${prefix}${checkedPath(path)}`,
  });
  const url = `s3://${bucket}/${prefix}`;
  return {
    url,
    read: (path) =>
      ask(`${url}${path}`, async () =>
        (await client.send(new GetObjectCommand(place(path)))).Body?.transformToByteArray(),
      ),
    describe: (path) => ask(`${url}${path}`, () => describeObject(client, place(path))),
    write: (path, content, { signal } = {}) =>
      insist(
        `${url}${path}`,
        again(() => putObject(client, place(path), content, signal)),
      ),
    async copy(from, to) {
      const source = place(from);
      const CopySource = [source.Bucket, ...source.Key.split('/')].map(encodeURIComponent).join('/');
      await insist(`${url}${to}`, client.send(new CopyObjectCommand({ ...place(to), CopySource })));
    },
    list: (path) => listObjects(client, { bucket, root: prefix, prefix: `${prefix}${path}` }, url),
    async remove(path) {
      await ask(`${url}${path}`, () => client.send(new DeleteObjectCommand(place(path))));
    },
  };
}

interface Place {
  readonly Bucket: string;
  readonly Key: string;
}

/** The client waits for ever for a body that fails, so the request is aborted with it. */
async function putObject(
  client: S3Client,
  place: Place,
  content: Blob,
  signal: AbortSignal | undefined,
): Promise<void> {
  const abort = new AbortController();
  const body = Readable.from(content.read());
  let failure: { readonly error: unknown } | undefined;
  body.once('error', (error) => {
    failure ??= { error };
    abort.abort();
  });
  const abortSignal = signal === undefined ? abort.signal : AbortSignal.any([signal, abort.signal]);
  try {
    await client.send(putCommand(place, content, body), { abortSignal });
  } catch (error) {
    throw failure === undefined ? error : failure.error;
  } finally {
    body.destroy();
  }
}

function putCommand(place: Place, { sha256, size }: Blob, body: Readable): PutObjectCommand {
  const command = new PutObjectCommand({
    ...place,
    Body: size === 0 ? '' : body,
    ContentLength: size,
    Metadata: { [DIGEST]: sha256 },
  });
  // The request is signed over the digest of its body, which the client cannot know of a stream.
  command.middlewareStack.add(
    (next) => (args) => {
      const { headers } = args.request as { readonly headers: Record<string, string> };
      headers['x-amz-content-sha256'] = sha256;
      return next(args);
    },
    { step: 'build', name: 'contentDigest' },
  );
  return command;
}

/** The client repeats requests by itself, but not those whose body is a stream. */
async function again<T>(send: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await send();
    } catch (error) {
      if (attempt === ATTEMPTS || !isPassing(error)) throw error;
      await sleep(200 * 2 ** attempt);
    }
  }
}

/** Whether another attempt may succeed: the server's troubles and the network's, but not ours. */
function isPassing(error: unknown): boolean {
  if (error instanceof S3ServiceException) {
    const status = error.$metadata.httpStatusCode ?? 500;
    return status >= 500 || status === 429 || status === 408;
  }
  return error instanceof Error && /^(ECONN|EPIPE|ETIMEDOUT|EAI_AGAIN)/u.test(fsCode(error) ?? '');
}

function parseAddress(address: string): { readonly bucket: string; readonly prefix: string } {
  const [, bucket, path = ''] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/u.exec(address) ?? [];
  if (bucket === undefined) {
    const hint = 'name a bucket and, if you like, a prefix: s3://bucket/prefix';
    throw new DistroError('USAGE', `${JSON.stringify(address)} is not the address of a bucket`, { hint });
  }
  const trimmed = path.replace(/\/+$/u, '');
  return { bucket, prefix: trimmed === '' ? '' : `${checkedPath(trimmed)}/` };
}

function checkedPath(path: string): string {
  if (!path.split('/').some((name) => name === '' || name === '.' || name === '..')) return path;
  throw new DistroError('PATH_INVALID', `the path ${JSON.stringify(path)} does not stay in what is published`);
}

async function describeObject(client: S3Client, place: Place): Promise<TargetFile | undefined> {
  const { ContentLength: size = 0, Metadata } = await client.send(new HeadObjectCommand(place));
  const known = Metadata?.[DIGEST];
  if (known !== undefined) return { size, sha256: known };
  // Written by another tool: only its bytes tell.
  const { Body } = await client.send(new GetObjectCommand(place));
  const hash = createHash('sha256');
  for await (const chunk of (Body ?? Readable.from([])) as AsyncIterable<Uint8Array>) hash.update(chunk);
  return { size, sha256: hash.digest('hex') };
}

async function listObjects(
  client: S3Client,
  { bucket, root, prefix }: { readonly bucket: string; readonly root: string; readonly prefix: string },
  url: string,
): Promise<readonly string[]> {
  const paths: string[] = [];
  let ContinuationToken: string | undefined;
  do {
    const more = ContinuationToken === undefined ? {} : { ContinuationToken };
    const page = await insist(url, client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ...more })));
    for (const { Key = '' } of page.Contents ?? []) paths.push(Key.slice(root.length));
    ContinuationToken = page.IsTruncated === true ? page.NextContinuationToken : undefined;
  } while (ContinuationToken !== undefined);
  return paths.sort(compareText);
}

/** The answer; undefined when there is no such object. */
async function ask<T>(what: string, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404 && error.name !== 'NoSuchBucket')
      return undefined;
    throw s3Error(what, error);
  }
}

async function insist<T>(what: string, result: Promise<T>): Promise<T> {
  try {
    return await result;
  } catch (error) {
    throw s3Error(what, error);
  }
}

/** Its message is the server's; a request, whose headers are signed with a secret, is never part of it. */
function s3Error(what: string, error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if (error.name === 'AbortError') return new DistroError('CANCELLED', 'stopped while publishing');
  const isUnknown = error.name.endsWith('ProviderError');
  // What our own bytes or code threw comes through as it is.
  if (!isUnknown && !(error instanceof S3ServiceException) && !isPassing(error)) return error;
  const isDenied = error instanceof S3ServiceException && error.$metadata.httpStatusCode === 403;
  const hint =
    'region, credentials and endpoint come from the AWS variables and files: AWS_PROFILE, AWS_ENDPOINT_URL …';
  const message = `${what}: ${error.name}: ${error.message}`;
  return new DistroError(isDenied || isUnknown ? 'PERMISSION_DENIED' : 'PUBLISH_FAILED', message, { hint });
}
