import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { DistroError } from '../errors/distro-error.ts';

/** How one request is made. */
export interface GetOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** Ends the request when no byte came for so long. @default 60000 */
  readonly idleMs?: number | undefined;
}

const MAX_REDIRECTS = 10;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Gets an address, following at most ten redirects and none from https to http. The body is as it was sent: no
 * content coding is asked for. `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` are honoured where Node can (24.5 and later).
 *
 * @throws DOWNLOAD_FAILED for a redirect that is not followed.
 */
export async function httpGet(address: string, options: GetOptions = {}): Promise<IncomingMessage> {
  let url = new URL(address);
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
    const response = await send(url, options);
    const location = response.headers.location;
    if (!REDIRECTS.has(response.statusCode ?? 0) || location === undefined) return response;
    response.destroy();
    url = redirectTarget(url, location, address);
  }
  throw new DistroError('DOWNLOAD_FAILED', `${redact(address)} redirects more than ${MAX_REDIRECTS} times`);
}

/** An address without what may be secret in it: user, password and query. */
export function redact(address: string): string {
  if (!URL.canParse(address)) return address;
  const url = new URL(address);
  return `${url.protocol}//${url.host}${url.pathname}${url.search === '' ? '' : '?…'}`;
}

/**
 * Where a redirect leads.
 *
 * @param address - What was asked for first, for the error.
 * @throws DOWNLOAD_FAILED when it is not to be followed.
 */
export function redirectTarget(from: URL, location: string, address: string): URL {
  const refused = (why: string): DistroError =>
    new DistroError('DOWNLOAD_FAILED', `${redact(address)} redirects to ${why}, which is not followed`);
  if (!URL.canParse(location, from.href)) throw refused('something that is not an address');
  const next = new URL(location, from);
  if (next.protocol !== 'http:' && next.protocol !== 'https:') throw refused(`an address of scheme ${next.protocol}`);
  if (from.protocol === 'https:' && next.protocol === 'http:') throw refused('http from https');
  return next;
}

function send(url: URL, { headers, signal, idleMs = 60_000 }: GetOptions): Promise<IncomingMessage> {
  const client = url.protocol === 'https:' ? https : http;
  return new Promise((resolve, reject) => {
    const request = client.get(url, {
      agent: agentFor(url),
      headers: { 'accept-encoding': 'identity', 'user-agent': 'distrokit', ...headers },
      signal,
    });
    request.setTimeout(idleMs, () => request.destroy(new Error(`no answer for ${idleMs / 1000} seconds`)));
    request.once('response', resolve);
    // Kept for the life of the request: an error after the response also reaches the response's own stream.
    request.on('error', reject);
  });
}

/** `proxyEnv` is newer than the oldest Node that we run on; there it is ignored. */
function agentFor(url: URL): http.Agent {
  const options = { proxyEnv: process.env } as https.AgentOptions;
  return url.protocol === 'https:' ? new https.Agent(options) : new http.Agent(options);
}
