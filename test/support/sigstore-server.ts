import { createHash, generateKeyPairSync, type KeyPairKeyObjectResult } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { fulcioHandler, initializeCA, initializeCTLog, initializeTLog, rekorHandler } from '@sigstore/mock';

/** A certificate authority and a transparency log on loopback that issue to whoever asks. */
export interface SigstoreServer extends AsyncDisposable {
  readonly url: string;
  /** What `cosign verify --trusted-root` takes: the keys of both, as sigstore's `TrustedRoot` in JSON. */
  readonly trustedRoot: string;
}

/** Starts one with keys of its own. */
export async function startSigstore(): Promise<SigstoreServer> {
  const [caKey, ctKey, logKey] = [newKey(), newKey(), newKey()];
  const ctLog = await initializeCTLog(ctKey);
  const ca = await initializeCA(caKey, ctLog);
  const tLog = await initializeTLog('https://rekor.sigstore.dev', logKey);
  const handlers = [fulcioHandler(ca), rekorHandler(tLog)];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const handler = handlers.find(({ path }) => path === request.url);
    const result = await handler?.fn(await text(request));
    response.writeHead(result?.statusCode ?? 404, { 'content-type': result?.contentType ?? 'text/plain' });
    response.end(result?.response);
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const validFor = { start: '2020-01-01T00:00:00Z' };
  const log = (baseUrl: string, key: Buffer, keyId: Buffer): object => ({
    baseUrl,
    hashAlgorithm: 'SHA2_256',
    publicKey: { rawBytes: key.toString('base64'), keyDetails: 'PKIX_ECDSA_P256_SHA_256', validFor },
    logId: { keyId: keyId.toString('base64') },
  });
  const root = ca.rootCertificate;
  const trustedRoot = {
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: [log('https://rekor.sigstore.dev', tLog.publicKey, createHash('sha256').update(tLog.publicKey).digest())],
    certificateAuthorities: [
      {
        subject: { organization: 'sigstore.mock', commonName: 'sigstore' },
        uri: 'https://fulcio.sigstore.dev',
        certChain: { certificates: [{ rawBytes: bufferOf(root).toString('base64') }] },
        validFor,
      },
    ],
    ctlogs: [log('https://ctfe.sigstore.dev', ctLog.publicKey, bufferOf(ctLog.logID))],
    timestampAuthorities: [],
  };
  return {
    url: `http://127.0.0.1:${port}`,
    trustedRoot: JSON.stringify(trustedRoot),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A token as an OpenID Connect provider issues them; nobody here looks at its signature. */
export function identityToken(claims: Readonly<Record<string, string>>): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none' })}.${part({ aud: 'sigstore', ...claims })}.`;
}

function newKey(): KeyPairKeyObjectResult {
  return generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
}

function bufferOf({ buffer, byteOffset, byteLength }: ArrayBufferView | Buffer): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
