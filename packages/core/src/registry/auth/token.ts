import { z } from 'zod';
import { DistroError } from '../../errors/distro-error.ts';
import { redact } from '../../sources/http-get.ts';
import type { HttpClient, HttpRequest } from '../http-client.ts';
import { readJson } from '../read-body.ts';
import { statusFailure } from '../status-failure.ts';
import type { Credentials } from './credentials.ts';

/** An access token and when it ends to be one, in milliseconds. */
export interface Token {
  readonly value: string;
  readonly expiresAt: number;
}

/** What a token is asked for. */
export interface TokenRequest {
  /** The token server's address. */
  readonly realm: URL;
  readonly service: string | undefined;
  /** Texts such as `repository:a/b:pull`. */
  readonly scopes: readonly string[];
  readonly credentials: Credentials | undefined;
  readonly now: () => number;
  /** Takes secrets out of the server's words. */
  readonly clean: (text: string) => string;
}

/** How long a token is good when its server does not say, in seconds. */
const DEFAULT_LIFETIME = 60;
const MAX_LIFETIME = 86_400;
const MAX_ANSWER = 1024 * 1024;
/** What can stand in a header. */
const TOKEN = /^[\u{21}-\u{7e}]+$/u;

const answerSchema = z.object({
  token: z.string().exactOptional(),
  access_token: z.string().exactOptional(),
  expires_in: z.number().nullish(),
});

/**
 * Asks a token server: with GET and the user's name and password (or as nobody), see the
 * {@link https://distribution.github.io/distribution/spec/auth/token/ token specification}; with POST for an identity
 * token, see {@link https://distribution.github.io/distribution/spec/auth/oauth/ its OAuth2 form}.
 *
 * @throws REGISTRY_DENIED, REGISTRY_FAILED, REGISTRY_ANSWER_INVALID
 */
export async function fetchToken(http: HttpClient, request: TokenRequest): Promise<Token> {
  const asked = request.now();
  const sent = httpRequest(request);
  const answer = await http.send(sent);
  if (answer.status !== 200) throw await statusFailure(answer, sent.method, request.now(), request.clean);
  const parsed = answerSchema.safeParse(await readJson(answer, MAX_ANSWER));
  const value = parsed.data?.token ?? parsed.data?.access_token ?? '';
  if (!TOKEN.test(value)) {
    throw new DistroError('REGISTRY_ANSWER_INVALID', `${redact(answer.url.href)} answered without a token`);
  }
  const lifetime = Math.min(Math.max(parsed.data?.expires_in ?? DEFAULT_LIFETIME, 0), MAX_LIFETIME);
  return { value, expiresAt: asked + lifetime * 1000 };
}

/** The value of an `Authorization` of scheme Basic. */
export function basicAuthorization(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}

function httpRequest({ realm, service, scopes, credentials }: TokenRequest): HttpRequest {
  if (credentials !== undefined && 'identityToken' in credentials) {
    const form = new URLSearchParams({ grant_type: 'refresh_token', client_id: 'distrokit' });
    if (service !== undefined) form.set('service', service);
    if (scopes.length > 0) form.set('scope', scopes.join(' '));
    form.set('refresh_token', credentials.identityToken);
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return { method: 'POST', url: realm, headers, body: form.toString() };
  }
  const url = new URL(realm);
  if (service !== undefined) url.searchParams.set('service', service);
  for (const scope of scopes) url.searchParams.append('scope', scope);
  if (credentials === undefined) return { method: 'GET', url };
  url.searchParams.set('account', credentials.username);
  const authorization = basicAuthorization(credentials.username, credentials.password);
  return { method: 'GET', url, headers: { authorization } };
}
