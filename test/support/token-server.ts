import { createPrivateKey, randomUUID, sign, X509Certificate } from 'node:crypto';
import { newCertificate } from './certificate.ts';
import { PASSWORD, USER } from './registry-server.ts';
import { startScripted } from './scripted-server.ts';

/** A server of the reference registry's tokens: who is {@link USER} may do anything, nobody else may do more than pull. */
export interface TokenServer extends AsyncDisposable {
  /** Its address, for the registry to name. */
  readonly realm: string;
  /** What the registry checks tokens by, in PEM. */
  readonly certificate: string;
  /** The scopes of each request so far. */
  readonly asked: readonly (readonly string[])[];
}

/** Starts a token server whose tokens are good for `lifetime` seconds, and said to be good for `said`. */
export async function startTokenServer({
  lifetime = 60,
  said = lifetime,
}: { readonly lifetime?: number; readonly said?: number } = {}): Promise<TokenServer> {
  const { key, certificate } = newCertificate();
  const asked: string[][] = [];
  const server = await startScripted(({ path, headers }, response) => {
    const scopes = new URL(path, 'http://x').searchParams.getAll('scope');
    asked.push(scopes);
    const isUser = headers.authorization === `Basic ${btoa(`${USER}:${PASSWORD}`)}`;
    if (headers.authorization !== undefined && !isUser) return void response.writeHead(401).end();
    const token = newToken({ key, certificate, lifetime, access: scopes.map((scope) => accessOf(scope, isUser)) });
    response.end(JSON.stringify({ token, expires_in: said }));
  });
  return {
    realm: `http://${server.host}/token`,
    certificate,
    asked,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

interface Access {
  readonly type: string;
  readonly name: string;
  readonly actions: readonly string[];
}

function accessOf(scope: string, isUser: boolean): Access {
  const [type = '', name = '', actions = ''] = scope.split(':');
  return { type, name, actions: actions.split(',').filter((action) => isUser || action === 'pull') };
}

interface TokenParts {
  readonly key: string;
  readonly certificate: string;
  readonly lifetime: number;
  readonly access: readonly Access[];
}

/** See {@link https://distribution.github.io/distribution/spec/auth/jwt/}. */
function newToken({ key, certificate, lifetime, access }: TokenParts): string {
  const now = Math.floor(Date.now() / 1000);
  const x5c = [new X509Certificate(certificate).raw.toString('base64')];
  // The registry allows for clocks that differ by a minute.
  const claims = {
    iss: 'the test',
    aud: 'the registry',
    sub: '',
    iat: now - 120,
    nbf: now - 120,
    exp: now - 60 + lifetime,
    jti: randomUUID(),
    access,
  };
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${encode({ typ: 'JWT', alg: 'RS256', x5c })}.${encode(claims)}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), createPrivateKey(key)).toString('base64url')}`;
}
