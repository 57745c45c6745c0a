import { pushScope } from './auth/scope.ts';
import type { HttpAnswer } from './http-client.ts';
import { answerInvalid, nameOf, pathOf, type RepositoryContext } from './repository-context.ts';

/** An upload that a registry has begun. */
export interface Upload {
  /** Where the next part goes; it changes with every answer. */
  readonly url: URL;
  /** How many bytes the registry has. */
  readonly offset: number;
  /** The least that a part may be, but for the last, in bytes. */
  readonly minChunk: number;
}

/** Begins an upload. */
export async function startUpload(context: RepositoryContext, signal: AbortSignal | undefined): Promise<Upload> {
  const answer = await context.transport.call({
    method: 'POST',
    to: pathOf(context, 'blobs/uploads/'),
    scopes: [pushScope(context.path)],
    expect: [202],
    headers: { 'content-length': '0' },
    signal,
  });
  await answer.drop();
  return uploadFrom(context, answer, 0);
}

/** Asks how far an upload came; undefined when the registry knows it no more, or cannot tell. */
export async function uploadStatus(
  context: RepositoryContext,
  { url, minChunk }: Upload,
  signal: AbortSignal | undefined,
): Promise<Upload | undefined> {
  const scopes = [pushScope(context.path)];
  const expect = [200, 204, 400, 404, 405, 416];
  const answer = await context.transport.call({ method: 'GET', to: url, scopes, expect, signal });
  await answer.drop();
  const end = rangeEnd(answer);
  // `0-0` is what registries say of one byte and of none.
  if (answer.status > 204 || end === undefined || end === 0) return undefined;
  return { url: locationOf(context, answer, url), offset: end + 1, minChunk };
}

/** Gives an upload up; a registry that keeps it will forget it by itself. */
export async function cancelUpload(context: RepositoryContext, { url }: Upload): Promise<void> {
  const scopes = [pushScope(context.path)];
  await context.transport.attempt({ method: 'DELETE', to: url, scopes, expect: [] }).catch(() => {});
}

/** The upload that an answer tells of, after `sent` bytes. */
export function uploadFrom(context: RepositoryContext, answer: HttpAnswer, sent: number): Upload {
  const end = sent === 0 ? undefined : rangeEnd(answer);
  if (end !== undefined && end >= sent) {
    throw answerInvalid(
      nameOf(context, 'blobs/uploads'),
      `the registry has ${end + 1} bytes of ${sent} that were sent`,
    );
  }
  const minimum = Number(answer.header('oci-chunk-min-length') ?? 0);
  return {
    url: locationOf(context, answer),
    offset: end === undefined ? sent : end + 1,
    minChunk: Number.isSafeInteger(minimum) && minimum > 0 ? minimum : 0,
  };
}

/** Relative or whole, with or without a query; never from https to http. */
function locationOf(context: RepositoryContext, answer: HttpAnswer, fallback?: URL): URL {
  const location = answer.header('location');
  if (location === undefined && fallback !== undefined) return fallback;
  const what = nameOf(context, 'blobs/uploads');
  if (location === undefined || !URL.canParse(location, answer.url.href)) {
    throw answerInvalid(what, 'the registry does not say where the upload goes');
  }
  const url = new URL(location, answer.url);
  const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && answer.url.protocol === 'http:');
  if (isSafe && url.username === '' && url.password === '') return url;
  throw answerInvalid(what, 'the registry wants the upload to leave https');
}

function rangeEnd(answer: HttpAnswer): number | undefined {
  const end = /^(?:bytes=)?0-(\d{1,15})$/u.exec(answer.header('range') ?? '')?.[1];
  return end === undefined ? undefined : Number(end);
}
