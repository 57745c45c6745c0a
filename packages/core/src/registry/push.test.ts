import { afterEach, describe, expect, test } from 'vitest';
import { type Script, type ScriptedServer, startScripted } from '../../../../test/support/scripted-server.ts';
import { bytesSource } from '../model/bytes.ts';
import { sha256Of } from '../model/digest.ts';
import { anonymous } from './auth/credentials.ts';
import type { OciBlob, WriteOptions } from './content.ts';
import { openRegistry } from './open-registry.ts';
import type { RegistryOptions } from './options.ts';

const small = Buffer.from('content');
/** Larger than what goes in one request. */
const large = Buffer.alloc(5 << 20, '0123456789');

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one[Symbol.asyncDispose]();
});

/** Answers by the first line that a request matches, each as often as it says: `METHOD path`. */
type Line = readonly [method: string, script: Script];

interface Pushed {
  readonly outcome: unknown;
  readonly server: ScriptedServer;
  /** Requests after the first look, without the repository: `PATCH uploads/1?x 10-20`. */
  readonly log: readonly string[];
}

/** Pushes to a server that answers one line of the script after the other. */
async function push(
  lines: readonly Line[],
  content: Buffer | OciBlob,
  { write = {}, ...options }: RegistryOptions & { readonly write?: WriteOptions } = {},
): Promise<Pushed> {
  const rest = [...lines];
  const server = await startScripted((request, response) => {
    if (request.path === '/v2/') return void response.end();
    const [method, script] = rest.shift() ?? ['nothing', status(501)];
    if (method !== request.method) return void response.writeHead(501).end();
    script(request, response);
  });
  const registry = openRegistry(server.host, {
    credentials: anonymous,
    retry: { baseMs: 1, retries: 2, random: () => 0.5 },
    ...options,
  });
  open.push(server, registry);
  const bytes = Buffer.isBuffer(content) ? content : small;
  const blob = { digest: `sha256:${sha256Of(bytes)}`, size: bytes.length };
  const source = Buffer.isBuffer(content) ? bytesSource(content) : content;
  const outcome = await registry
    .repository('a/b')
    .blobs.push(blob, source, write)
    .catch((error: unknown) => error);
  const log = server.requests.slice(1).map(({ method, path, headers }) => {
    const range = headers['content-range'];
    const short = path
      .replace('/v2/a/b/blobs/', '')
      .replace(blob.digest, 'DIGEST')
      .replace(encodeURIComponent(blob.digest), 'DIGEST');
    return `${method} ${short}${range === undefined ? '' : ` ${range}`}`;
  });
  return { outcome, server, log };
}

const status =
  (code: number, headers: Record<string, string> = {}, body = ''): Script =>
  (_request, response) =>
    void response.writeHead(code, headers).end(body);
const begun: Line = ['POST', status(202, { location: '/v2/a/b/blobs/uploads/1?state=a%2Bb' })];
const absent: Line = ['HEAD', status(404)];
const cut: Script = (_request, response) => void response.destroy();

describe('push of a small blob', () => {
  test('is two requests, and keeps the query of the registry', async () => {
    const { outcome, log, server } = await push([begun, ['PUT', status(201)]], small);
    expect(outcome).toBe('copied');
    expect(log).toEqual(['POST uploads/', 'PUT uploads/1?state=a%2Bb&digest=DIGEST']);
    expect(server.requests.at(-1)?.body).toEqual(small);
  });

  test.each([
    ['uploads/9', '/v2/a/b/blobs/uploads/uploads/9?digest=DIGEST'],
    ['?x=1', '/v2/a/b/blobs/uploads/?x=1&digest=DIGEST'],
    ['/elsewhere', '/elsewhere?digest=DIGEST'],
  ])('goes to the relative location %s', async (location, path) => {
    const { log } = await push(
      [
        ['POST', status(202, { location })],
        ['PUT', status(201)],
      ],
      small,
    );
    expect(log.at(-1)).toBe(`PUT ${path.replace('/v2/a/b/blobs/', '')}`);
  });

  test('begins again after a break', async () => {
    const { outcome, log } = await push([begun, ['PUT', cut], absent, begun, ['PUT', status(201)]], small);
    expect(outcome).toBe('copied');
    expect(log.map((line) => line.split(' ')[0])).toEqual(['POST', 'PUT', 'HEAD', 'POST', 'PUT']);
  });

  test('is done when only the answer was lost', async () => {
    const there: Line = ['HEAD', status(200, { 'content-length': String(small.length) })];
    const { outcome, log } = await push([begun, ['PUT', cut], there], small);
    expect(outcome).toBe('copied');
    expect(log.at(-1)).toBe('HEAD DIGEST');
  });

  const refused = JSON.stringify({ errors: [{ code: 'DIGEST_INVALID', message: 'provided digest did not match' }] });
  const other = { 'docker-content-digest': `sha256:${'0'.repeat(64)}` };
  test.each<[string, readonly Line[], string]>([
    ['without a location', [['POST', status(202)]], 'REGISTRY_ANSWER_INVALID'],
    ['with a location that is none', [['POST', status(202, { location: 'http://' })]], 'REGISTRY_ANSWER_INVALID'],
    ['with a location that is a file', [['POST', status(202, { location: 'file:///x' })]], 'REGISTRY_ANSWER_INVALID'],
    [
      'with a password in it',
      [['POST', status(202, { location: 'http://a:b@127.0.0.1/' })]],
      'REGISTRY_ANSWER_INVALID',
    ],
    ['redirected', [['POST', status(307, { location: '/x' })]], 'REGISTRY_FAILED'],
    ['refused', [begun, ['PUT', status(400, {}, refused)]], 'DIGEST_MISMATCH'],
    ['stored under another digest', [begun, ['PUT', status(201, other)]], 'DIGEST_MISMATCH'],
  ])('fails when it is %s', async (_name, lines, code) => {
    expect((await push(lines, small)).outcome).toMatchObject({ code });
  });

  test('fails with what its source fails with, and with too few bytes', async () => {
    const source = (read: () => AsyncIterable<Uint8Array>): OciBlob => ({ size: small.length, read });
    const failing = source(async function* () {
      yield small.subarray(0, 3);
      throw new Error('the disk went away');
    });
    expect((await push([begun, ['PUT', status(201)]], failing)).outcome).toMatchObject({
      message: 'the disk went away',
    });
    const short = source(() => bytesSource('short').read());
    expect((await push([begun, ['PUT', status(201)]], short)).outcome).toMatchObject({ code: 'DIGEST_MISMATCH' });
    const { outcome, log } = await push([], { size: 3, read: () => bytesSource('abc').read() });
    expect(outcome).toMatchObject({ code: 'DIGEST_MISMATCH' });
    expect(log).toEqual([]);
  });
});

describe('push of a large blob', () => {
  const MiB = 1 << 20;
  const at = (end: number, n: number): Record<string, string> => ({ location: `/u/${n}`, range: `0-${end - 1}` });
  const part = (end: number, n: number): Line => ['PATCH', status(202, at(end, n))];

  test('goes in one part, or in as many as wanted', async () => {
    const one = await push([begun, part(large.length, 2), ['PUT', status(201)]], large);
    expect(one.log).toEqual([
      'POST uploads/',
      `PATCH uploads/1?state=a%2Bb 0-${large.length - 1}`,
      'PUT /u/2?digest=DIGEST',
    ]);
    const parts = [part(2 * MiB, 2), part(4 * MiB, 3), part(5 * MiB, 4)];
    const { log, server } = await push([begun, ...parts, ['PUT', status(201)]], large, { chunkSize: 2 * MiB });
    expect(log.slice(1)).toEqual([
      'PATCH uploads/1?state=a%2Bb 0-2097151',
      'PATCH /u/2 2097152-4194303',
      'PATCH /u/3 4194304-5242879',
      'PUT /u/4?digest=DIGEST',
    ]);
    expect(Buffer.concat(server.requests.map(({ body }) => body)).equals(large)).toBe(true);
  });

  test('goes in no smaller parts than the registry takes', async () => {
    const headers = { location: '/u/1', 'oci-chunk-min-length': String(3 * MiB) };
    const parts = [part(3 * MiB, 2), part(5 * MiB, 3)];
    const lines: Line[] = [['POST', status(202, headers)], ...parts, ['PUT', status(201)]];
    const { log } = await push(lines, large, { chunkSize: MiB });
    expect(log.filter((line) => line.startsWith('PATCH'))).toEqual([
      'PATCH /u/1 0-3145727',
      'PATCH /u/2 3145728-5242879',
    ]);
  });

  test.each<[string, Script]>([
    ['a break', cut],
    ['416', status(416)],
    ['503', status(503)],
  ])('goes on after %s where the registry says', async (_name, script) => {
    const where: Line = ['GET', status(204, at(3 * MiB, 7))];
    const lines = [begun, ['PATCH', script], absent, where, part(5 * MiB, 8), ['PUT', status(201)]] as const;
    const { outcome, log, server } = await push(lines, large);
    expect(outcome).toBe('copied');
    expect(log.slice(-2)).toEqual([`PATCH /u/7 3145728-5242879`, 'PUT /u/8?digest=DIGEST']);
    expect(server.requests.at(-2)?.body.equals(large.subarray(3 * MiB))).toBe(true);
  });

  test('goes on where the registry says that it took less', async () => {
    const { log } = await push([begun, part(4 * MiB, 2), part(5 * MiB, 3), ['PUT', status(201)]], large);
    expect(log.at(-2)).toBe('PATCH /u/2 4194304-5242879');
  });

  test('begins again when the registry knows the upload no more, and when it cannot tell', async () => {
    for (const where of [status(404), status(204, { range: '0-0', location: '/u/7' })]) {
      const again = [['DELETE', status(204)], begun, part(5 * MiB, 2), ['PUT', status(201)]] as const;
      const { outcome } = await push([begun, ['PATCH', cut], absent, ['GET', where], ...again], large);
      expect(outcome).toBe('copied');
    }
  });

  test('is not fooled by a registry that has more than was sent', async () => {
    const { outcome } = await push([begun, part(6 * MiB, 2)], large);
    expect(outcome).toMatchObject({ code: 'REGISTRY_ANSWER_INVALID' });
  });

  test('is given up after so many breaks without progress', async () => {
    const round: Line[] = [begun, ['PATCH', cut], absent, ['GET', status(404)], ['DELETE', status(204)]];
    const { outcome, log } = await push([...round, ...round, ...round, ...round], large);
    expect(outcome).toMatchObject({ code: 'REGISTRY_FAILED' });
    expect(log.filter((line) => line.startsWith('PATCH'))).toHaveLength(3);
  });

  test('stops when its signal is aborted', async () => {
    const controller = new AbortController();
    const stop: Script = () => controller.abort();
    const { outcome } = await push([begun, ['PATCH', stop]], large, { write: { signal: controller.signal } });
    expect(outcome).toMatchObject({ code: 'CANCELLED' });
  });
});

describe('mount', () => {
  const write = { mountFrom: ['a/b', 'one', 'two'] };

  test('takes a blob from the first repository that has it', async () => {
    const { outcome, log } = await push([['POST', status(201)]], small, { write });
    expect(outcome).toBe('mounted');
    expect(log).toEqual(['POST uploads/?mount=DIGEST&from=one']);
  });

  test('goes on with the upload that the registry began instead', async () => {
    const lines: Line[] = [begun, ['DELETE', status(204)], begun, ['PUT', status(201)]];
    const { outcome, log } = await push(lines, small, { write });
    expect(outcome).toBe('copied');
    expect(log.at(-1)).toBe('PUT uploads/1?state=a%2Bb&digest=DIGEST');
  });

  test('is not needed where the other repository may not be read', async () => {
    const lines: Line[] = [['POST', status(401)], ['POST', status(403)], begun, ['PUT', status(201)]];
    expect((await push(lines, small, { write })).outcome).toBe('copied');
  });
});
