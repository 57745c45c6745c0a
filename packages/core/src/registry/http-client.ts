import type { Readable } from 'node:stream';
import tls from 'node:tls';
import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici';
import { DistroError } from '../errors/distro-error.ts';
import { PassingFailure } from '../sources/download-failure.ts';
import { redact } from '../sources/http-get.ts';
import type { RegistryOptions } from './options.ts';
import { cancelled } from './patience.ts';

/** One request, as it goes over the wire. */
export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: Uint8Array | string | AsyncIterable<Uint8Array> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The answer to one request. Its body must be read or dropped, or the connection is not free again. */
export interface HttpAnswer {
  readonly status: number;
  readonly url: URL;
  /** A header; those that came more than once joined by commas. */
  header(name: string): string | undefined;
  readonly body: AsyncIterable<Uint8Array>;
  /** Ends the body unread; small ones are read so that the connection serves again. */
  drop(): Promise<void>;
}

/** Kept connections to any number of servers. */
export interface HttpClient {
  /** Sends a request and resolves with the head of its answer, whatever its status. @throws PassingFailure, CANCELLED */
  send(request: HttpRequest): Promise<HttpAnswer>;
  close(): Promise<void>;
}

/** How much of an unwanted body is read to keep a connection. */
const DROP_LIMIT = 64 * 1024;

/** A client on undici's connection pools. `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` are honoured but for loopback. */
export function newHttpClient({
  ca,
  insecure = false,
  connections = 16,
  idleMs = 60_000,
}: RegistryOptions): HttpClient {
  const dispatchers = new Map<string, Dispatcher>();
  const newDispatcher = (url: URL): Dispatcher => {
    const options = {
      connections,
      allowH2: false,
      headersTimeout: idleMs,
      bodyTimeout: idleMs,
      connectTimeout: Math.min(idleMs, 15_000),
      // Reading the system's certificates takes a while, so not for plain http.
      connect: url.protocol === 'https:' ? { rejectUnauthorized: !insecure, ca: trusted(ca) } : {},
    };
    return isLoopback(url.hostname) ? new Agent(options) : new EnvHttpProxyAgent(options);
  };
  return {
    send(request) {
      const { origin } = request.url;
      const dispatcher = dispatchers.get(origin) ?? newDispatcher(request.url);
      dispatchers.set(origin, dispatcher);
      return send(dispatcher, request);
    },
    async close() {
      await Promise.all([...dispatchers.values()].map((dispatcher) => dispatcher.destroy()));
    },
  };
}

/** True for names and addresses of this machine alone. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/u.test(hostname);
}

/** What Node trusts, what the system trusts, and what was given. */
function trusted(ca: string | undefined): string[] {
  const known = [...tls.getCACertificates('default'), ...tls.getCACertificates('system')];
  return [...new Set(ca === undefined ? known : [...known, ca])];
}

async function send(dispatcher: Dispatcher, request: HttpRequest): Promise<HttpAnswer> {
  const { method, url, headers = {}, body, signal } = request;
  if (signal?.aborted === true) throw cancelled();
  // A failure of whoever supplies the body is no failure of the connection.
  const supply = typeof body === 'object' && !(body instanceof Uint8Array) ? watched(body) : undefined;
  try {
    const {
      statusCode,
      headers: answered,
      body: content,
    } = await dispatcher.request({
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method,
      headers: { 'user-agent': 'distrokit', ...headers },
      // undici sends async iterables as they are, without a stream around them; its types do not say so.
      body: (supply?.bytes ?? body ?? null) as Readable | Uint8Array | string | null,
      signal: signal ?? null,
    });
    return {
      status: statusCode,
      url,
      header: (name) => {
        const value = answered[name];
        return Array.isArray(value) ? value.join(', ') : value;
      },
      body: readBody(content, request),
      drop: () => content.dump({ limit: DROP_LIMIT }).catch(() => {}),
    };
  } catch (error) {
    if (supply?.failure !== undefined) throw supply.failure.error;
    throw networkFailure(request, error);
  }
}

interface Supply {
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly failure: { readonly error: unknown } | undefined;
}

function watched(body: AsyncIterable<Uint8Array>): Supply {
  let failure: Supply['failure'];
  return {
    get failure() {
      return failure;
    },
    bytes: (async function* () {
      try {
        yield* body;
      } catch (error) {
        failure = { error };
        throw error;
      }
    })(),
  };
}

async function* readBody(body: AsyncIterable<Uint8Array>, request: HttpRequest): AsyncGenerator<Uint8Array, void> {
  try {
    for await (const chunk of body) yield chunk;
  } catch (error) {
    throw networkFailure(request, error);
  }
}

/** Failures of certificates and of names do not pass by waiting; those of connections may. */
function networkFailure({ method, url, signal }: HttpRequest, error: unknown): unknown {
  if (signal?.aborted === true) return cancelled();
  const { code = '', message, cause } = error as NodeJS.ErrnoException;
  const isFinal = /^(?:ERR_TLS|ERR_SSL|CERT_|DEPTH_|SELF_SIGNED|UNABLE_TO|ENOTFOUND)/u.test(code);
  const why = message === '' ? code : message;
  const failed = new DistroError('REGISTRY_FAILED', `${method} ${redact(url.href)}: ${why}`, {
    hint: hintFor(code),
    cause: cause ?? code,
  });
  return isFinal ? failed : new PassingFailure(failed);
}

function hintFor(code: string): string {
  if (/^(?:CERT_|DEPTH_|SELF_SIGNED|UNABLE_TO)/u.test(code)) return 'trust the authority that signed its certificate';
  if (/^(?:ERR_TLS|ERR_SSL)/u.test(code)) return 'does it speak plain http? only registries on loopback are asked so';
  return 'is the registry reachable from here? HTTPS_PROXY and NO_PROXY are honoured';
}
