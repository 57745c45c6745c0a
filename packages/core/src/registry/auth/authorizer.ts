import { DistroError } from '../../errors/distro-error.ts';
import { redact } from '../../sources/http-get.ts';
import type { HttpAnswer, HttpClient } from '../http-client.ts';
import { abortable } from '../patience.ts';
import { type Challenge, parseChallenges } from './challenge.ts';
import type { Credentials, CredentialSource } from './credentials.ts';
import { formatScopes, type Scope } from './scope.ts';
import { basicAuthorization, fetchToken, type Token } from './token.ts';

/** Knows how a registry wants to be asked, and keeps the tokens it was given. */
export interface Authorizer {
  /** The `Authorization` to send for scopes; undefined to send none. */
  authorization(scopes: readonly Scope[], signal?: AbortSignal): Promise<string | undefined>;
  /**
   * Another `Authorization` after a registry answered 401 to `used`; undefined when there is none that could help.
   */
  renewed(answer: HttpAnswer, scopes: readonly Scope[], options: Renewal): Promise<string | undefined>;
  /** A text of the server without the secrets that it may have been sent. */
  withoutSecrets(text: string): string;
}

/** What an authorizer is told of a refused request. */
export interface Renewal {
  readonly used: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What an authorizer works with. */
export interface AuthorizerOptions {
  /** The registry's address, without a path. */
  readonly origin: URL;
  /** The registry as its user wrote it, for the credentials. */
  readonly host: string;
  readonly http: HttpClient;
  readonly credentials: CredentialSource;
  readonly now: () => number;
}

/** A token is not used any more so many milliseconds before its end: a request takes time. */
const EXPIRY_MARGIN_MS = 5_000;

/** A new {@link Authorizer}; it asks the registry how it wants to be asked when it is used for the first time. */
export function newAuthorizer(options: AuthorizerOptions): Authorizer {
  const { origin, host, http, credentials: source, now } = options;
  const tokens = new Map<string, Promise<Token>>();
  const secrets = new Set<string>();
  let first: Promise<Challenge | undefined> | undefined;
  let challenge: Challenge | undefined;

  const firstChallenge = async (): Promise<Challenge | undefined> => {
    const answer = await http.send({ method: 'GET', url: new URL('/v2/', origin) });
    await answer.drop();
    return answer.status === 401 ? chooseChallenge(answer) : undefined;
  };

  const credentials = async (): Promise<Credentials | undefined> => {
    const found = await source(host);
    if (found !== undefined) for (const secret of secretsOf(found)) secrets.add(secret);
    return found;
  };

  const basic = async (): Promise<string | undefined> => {
    const found = await credentials();
    return found === undefined || 'identityToken' in found
      ? undefined
      : basicAuthorization(found.username, found.password);
  };

  const withoutSecrets = (text: string): string => {
    let clean = text;
    for (const secret of secrets) clean = clean.replaceAll(secret, '…');
    return clean;
  };

  const newToken = async (asked: Challenge, scopes: readonly string[]): Promise<Token> => {
    const realm = realmOf(asked, origin);
    const { service } = asked.parameters;
    const token = await fetchToken(http, {
      realm,
      service,
      scopes,
      credentials: await credentials(),
      now,
      clean: withoutSecrets,
    });
    secrets.add(token.value);
    return token;
  };

  /** Of several callers whose token is no good, the first asks for another and the others take that one. */
  const bearer = async (scopes: readonly Scope[], asked: Challenge, used: string | undefined): Promise<string> => {
    const key = formatScopes(scopes).join(' ');
    const kept = tokens.get(key);
    const token = await kept?.catch(() => undefined);
    const isGood =
      token !== undefined && `Bearer ${token.value}` !== used && token.expiresAt - EXPIRY_MARGIN_MS > now();
    if (isGood) return `Bearer ${token.value}`;
    if (tokens.get(key) === kept) tokens.delete(key);
    const next = tokens.get(key) ?? newToken(asked, formatScopes(scopes, asked.parameters['scope']));
    tokens.set(key, next);
    return `Bearer ${(await next).value}`;
  };

  const authorization = async (scopes: readonly Scope[]): Promise<string | undefined> => {
    first ??= firstChallenge();
    try {
      challenge ??= await first;
    } catch (error) {
      first = undefined;
      throw error;
    }
    if (challenge?.scheme !== 'bearer') return challenge === undefined ? undefined : basic();
    // What a registry asks for at its root is not about the repository.
    const { scope: _scope, ...parameters } = challenge.parameters;
    return bearer(scopes, { ...challenge, parameters }, undefined);
  };

  const renewed = async (answer: HttpAnswer, scopes: readonly Scope[], used: string | undefined) => {
    challenge = chooseChallenge(answer);
    if (challenge === undefined) return undefined;
    const next = challenge.scheme === 'bearer' ? await bearer(scopes, challenge, used) : await basic();
    return next === used ? undefined : next;
  };

  return {
    // What one caller asks for serves others too, so its signal ends only its own waiting.
    authorization: (scopes, signal) => abortable(authorization(scopes), signal),
    renewed: (answer, scopes, { used, signal }) => abortable(renewed(answer, scopes, used), signal),
    withoutSecrets,
  };
}

function secretsOf(credentials: Credentials): string[] {
  if ('identityToken' in credentials) return [credentials.identityToken];
  const { username, password } = credentials;
  return [password, basicAuthorization(username, password).slice('Basic '.length)].filter((text) => text !== '');
}

/** Of several challenges the one for tokens. */
function chooseChallenge(answer: HttpAnswer): Challenge | undefined {
  const challenges = parseChallenges(answer.header('www-authenticate') ?? '');
  return challenges.find(({ scheme }) => scheme === 'bearer') ?? challenges.find(({ scheme }) => scheme === 'basic');
}

/** The token server: on any host, since the registry says so, but never over plain http for a registry over https. */
function realmOf({ parameters: { realm = '' } }: Challenge, origin: URL): URL {
  const url = URL.canParse(realm) ? new URL(realm) : undefined;
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && origin.protocol === 'http:');
  if (url !== undefined && isSafe && url.username === '' && url.password === '') return url;
  throw new DistroError(
    'REGISTRY_ANSWER_INVALID',
    `${origin.href} names ${JSON.stringify(redact(realm.slice(0, 200)))} as its token server, which credentials are not sent to`,
  );
}
