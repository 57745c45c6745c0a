import { PassingFailure } from '../sources/download-failure.ts';
import { pullScope } from './auth/scope.ts';
import type { ContentId, TransferOptions } from './content.ts';
import { newDigestCheck, mismatch } from './digest-check.ts';
import type { HttpAnswer } from './http-client.ts';
import { newPatience } from './patience.ts';
import { answerInvalid, nameOf, pathOf, type RepositoryContext } from './repository-context.ts';

/**
 * Reads a blob, checked while it comes; goes on with a range request after a break. See the specification's section
 * "Pulling blobs".
 */
export async function* pullBlob(
  context: RepositoryContext,
  blob: ContentId,
  { signal }: TransferOptions = {},
): AsyncGenerator<Uint8Array, void> {
  const what = nameOf(context, blob.digest);
  const check = newDigestCheck(blob, what);
  const patience = newPatience(context.transport.retry, signal);
  for (let isOpen = true; isOpen;) {
    const before = check.size;
    try {
      const answer = await open(context, { blob, offset: before, signal });
      for await (const chunk of bodyFrom(answer, { blob, offset: before, what })) {
        check.update(chunk);
        yield chunk;
      }
      if (check.size < blob.size) throw new PassingFailure(mismatch(what, `${check.size} bytes`, `${blob.size} bytes`));
      isOpen = false;
    } catch (error) {
      if (check.size > before) patience.reset();
      await patience.afterFailure(error);
    }
  }
  check.end();
}

interface Wanted {
  readonly blob: ContentId;
  readonly offset: number;
}

function open(
  context: RepositoryContext,
  { blob, offset, signal }: Wanted & { readonly signal: AbortSignal | undefined },
): Promise<HttpAnswer> {
  const identity = { 'accept-encoding': 'identity' };
  return context.transport.attempt({
    method: 'GET',
    to: pathOf(context, `blobs/${blob.digest}`),
    scopes: [pullScope(context.path)],
    expect: offset === 0 ? [200] : [200, 206],
    headers: offset === 0 ? identity : { ...identity, range: `bytes=${offset}-` },
    signal,
  });
}

/** The bytes from `offset` on: the body of a partial answer, else that of a whole one without what is there already. */
async function* bodyFrom(
  answer: HttpAnswer,
  { blob, offset, what }: Wanted & { readonly what: string },
): AsyncGenerator<Uint8Array, void> {
  const isPart = answer.status === 206;
  try {
    const range = answer.header('content-range') ?? '';
    if (
      isPart &&
      range !== `bytes ${offset}-${blob.size - 1}/${blob.size}` &&
      range !== `bytes ${offset}-${blob.size - 1}/*`
    ) {
      throw answerInvalid(what, `the registry sent the range '${range}' for the bytes from ${offset} of ${blob.size}`);
    }
    const expected = blob.size - (isPart ? offset : 0);
    const length = answer.header('content-length');
    if (length !== undefined && Number(length) !== expected)
      throw mismatch(what, `${length} bytes`, `${expected} bytes`);
    let skip = isPart ? 0 : offset;
    for await (const chunk of answer.body) {
      const fresh = chunk.subarray(Math.min(skip, chunk.length));
      skip -= chunk.length - fresh.length;
      if (fresh.length > 0) yield fresh;
    }
  } catch (error) {
    await answer.drop();
    throw error;
  }
}
