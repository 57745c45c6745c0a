import { DistroError } from '../errors/distro-error.ts';
import { redact, redirectTarget } from '../sources/http-get.ts';
import type { Authorizer } from './auth/authorizer.ts';
import type { Scope } from './auth/scope.ts';
import type { HttpAnswer, HttpClient, HttpRequest } from './http-client.ts';
import type { RetryPolicy } from './options.ts';
import { withRetries } from './patience.ts';
import { statusFailure } from './status-failure.ts';

/** One operation on a registry. */
export interface Call {
  readonly method: HttpRequest['method'];
  /** A path such as `/v2/a/b/tags/list`, or the address that an earlier answer gave. */
  readonly to: string | URL;
  readonly scopes: readonly Scope[];
  /** The statuses that are answers; others are thrown. */
  readonly expect: readonly number[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | (() => AsyncIterable<Uint8Array>) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Sends calls to one registry: with its authorization, following redirects of reads, repeating what may pass. */
export interface Transport {
  readonly origin: URL;
  readonly retry: RetryPolicy;
  /**
   * Sends a call until it is answered.
   *
   * @throws REGISTRY_DENIED, REGISTRY_NOT_FOUND, REGISTRY_FAILED, REGISTRY_ANSWER_INVALID, DIGEST_MISMATCH, CANCELLED
   */
  call(call: Call): Promise<HttpAnswer>;
  /** Sends a call once, for callers who go on in another way after a failure. @throws PassingFailure too */
  attempt(call: Call): Promise<HttpAnswer>;
}

/** What a transport is made of. */
export interface TransportOptions {
  readonly origin: URL;
  readonly http: HttpClient;
  readonly authorizer: Authorizer;
  readonly retry: RetryPolicy;
  readonly now: () => number;
}

const MAX_REDIRECTS = 5;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** A new {@link Transport}. */
export function newTransport(options: TransportOptions): Transport {
  const { origin, retry } = options;
  const attempt = (call: Call): Promise<HttpAnswer> => authorized(options, call);
  return { origin, retry, attempt, call: (call) => withRetries(retry, call.signal, () => attempt(call)) };
}

/** Sends a call; where the registry answers 401, once more with another authorization. */
async function authorized(options: TransportOptions, call: Call): Promise<HttpAnswer> {
  const { authorizer, origin, now } = options;
  const url = new URL(call.to, origin);
  const isHome = url.origin === origin.origin;
  const used = isHome ? await authorizer.authorization(call.scopes, call.signal) : undefined;
  let answer = await follow(options, { call, url, authorization: used });
  if (answer.status === 401 && isHome && answer.url.origin === origin.origin) {
    const renewed = await authorizer.renewed(answer, call.scopes, { used, signal: call.signal });
    if (renewed !== undefined) {
      await answer.drop();
      answer = await follow(options, { call, url, authorization: renewed });
    }
  }
  if (call.expect.includes(answer.status)) return answer;
  throw await statusFailure(answer, call.method, now(), (text) => authorizer.withoutSecrets(text));
}

interface Sending {
  readonly call: Call;
  readonly url: URL;
  readonly authorization: string | undefined;
}

/** Reads may be redirected, to storage for one; the authorization stays with the registry. */
async function follow({ http, origin }: TransportOptions, { call, url, authorization }: Sending): Promise<HttpAnswer> {
  const { method, signal, body } = call;
  const mayFollow = method === 'GET' || method === 'HEAD';
  let next = url;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
    const isHome = next.origin === origin.origin;
    const headers = { ...call.headers, ...(isHome && authorization !== undefined ? { authorization } : {}) };
    const answer = await http.send({
      method,
      url: next,
      headers,
      body: typeof body === 'function' ? body() : body,
      signal,
    });
    const location = answer.header('location');
    if (!mayFollow || !REDIRECTS.has(answer.status) || location === undefined) return answer;
    await answer.drop();
    next = redirectOf(next, location, url);
  }
  throw new DistroError('REGISTRY_ANSWER_INVALID', `${redact(url.href)} redirects more than ${MAX_REDIRECTS} times`);
}

function redirectOf(from: URL, location: string, asked: URL): URL {
  try {
    return redirectTarget(from, location, asked.href);
  } catch (error) {
    if (!(error instanceof DistroError)) throw error;
    throw new DistroError('REGISTRY_ANSWER_INVALID', error.message);
  }
}
