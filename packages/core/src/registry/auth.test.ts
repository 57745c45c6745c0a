import { afterEach, describe, expect, test } from 'vitest';
import { type ScriptedServer, startScripted } from '../../../../test/support/scripted-server.ts';
import { bytesSource, collect } from '../model/bytes.ts';
import { sha256Of } from '../model/digest.ts';
import { anonymous, type Credentials } from './auth/credentials.ts';
import { openRegistry } from './open-registry.ts';
import type { RegistryOptions } from './options.ts';
import type { Registry } from './registry.ts';

const digest = `sha256:${sha256Of('content')}`;
const tester: Credentials = { username: 'tester', password: 'hunter2' };
const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one[Symbol.asyncDispose]();
});

interface Setup {
  readonly registry: Registry;
  readonly server: ScriptedServer;
  /** Requests for tokens. */
  readonly asked: () => readonly string[];
  /** The tokens that the registry takes from now on. */
  readonly good: Set<string>;
}

/** A registry and token server in one: tokens are numbered, and good from when they are given out. */
async function tokenRegistry({
  lifetime = 300,
  field = 'token',
  ...options
}: RegistryOptions & { lifetime?: number; field?: string } = {}): Promise<Setup> {
  const good = new Set<string>();
  let count = 0;
  const server = await startScripted(({ path, headers, method }, response) => {
    if (path.startsWith('/token')) {
      const token = `token-${(count += 1)}`;
      good.add(`Bearer ${token}`);
      return void response.end(JSON.stringify({ [field]: token, expires_in: lifetime }));
    }
    if (!good.has(headers.authorization ?? '')) {
      const challenge = `Bearer realm="http://${server.host}/token",service="the registry"`;
      return void response.writeHead(401, { 'www-authenticate': challenge }).end();
    }
    if (method === 'POST') return void response.writeHead(201).end();
    response.writeHead(200, { 'content-length': 7 }).end();
  });
  const registry = openRegistry(server.host, { credentials: anonymous, ...options });
  open.push(server, registry);
  const asked = (): string[] =>
    server.requests
      .filter(({ path }) => path.startsWith('/token'))
      .map(({ path, body }) => `${path}${body.toString()}`);
  return { registry, server, asked, good };
}

describe('tokens', () => {
  test('are asked for as nobody, once for all who want the same', async () => {
    const { registry, asked, server } = await tokenRegistry();
    const sizes = Array.from({ length: 20 }, () => registry.repository('a/b').blobs.sizeOf(digest));
    expect(new Set(await Promise.all(sizes))).toEqual(new Set([7]));
    expect(asked()).toEqual(['/token?service=the+registry&scope=repository%3Aa%2Fb%3Apull']);
    expect(server.requests.some(({ headers }) => headers.authorization?.startsWith('Basic'))).toBe(false);
    expect(server.requests.filter(({ headers }) => headers.authorization === undefined)).toHaveLength(2);
  });

  test('are asked for with name and password, which the registry itself does not see', async () => {
    const { registry, server, asked } = await tokenRegistry({ credentials: async () => tester });
    await registry.repository('a').blobs.sizeOf(digest);
    expect(asked()).toEqual(['/token?service=the+registry&scope=repository%3Aa%3Apull&account=tester']);
    const [, token, head] = server.requests;
    expect(token?.headers.authorization).toBe(`Basic ${btoa('tester:hunter2')}`);
    expect(head?.headers.authorization).toBe('Bearer token-1');
  });

  test('are asked for with an identity token by POST', async () => {
    const { registry, asked } = await tokenRegistry({
      credentials: async () => ({ identityToken: 'refresh' }),
      field: 'access_token',
    });
    await registry.repository('a').blobs.sizeOf(digest);
    expect(asked()).toEqual([
      '/tokengrant_type=refresh_token&client_id=distrokit&service=the+registry&scope=repository%3Aa%3Apull&refresh_token=refresh',
    ]);
  });

  test('are for both repositories of a mount', async () => {
    const { registry, asked } = await tokenRegistry();
    const content = bytesSource('content');
    await registry.repository('to').blobs.push({ digest, size: 7 }, content, { mountFrom: ['from'] });
    const [request = ''] = asked();
    expect(new URL(request, 'http://x').searchParams.getAll('scope')).toEqual([
      'repository:from:pull',
      'repository:to:pull,push',
    ]);
  });

  test('are replaced before they end', async () => {
    let now = 1_000_000;
    const { registry, asked } = await tokenRegistry({ now: () => now });
    const size = (): Promise<unknown> => registry.repository('a').blobs.sizeOf(digest);
    await size();
    now += 290_000;
    await size();
    expect(asked()).toHaveLength(1);
    now += 6_000;
    await size();
    expect(asked()).toHaveLength(2);
  });

  test('are replaced once when the registry refuses one midway', async () => {
    const { registry, asked, good } = await tokenRegistry();
    const size = (): Promise<unknown> => registry.repository('a').blobs.sizeOf(digest);
    await size();
    good.clear();
    await Promise.all(Array.from({ length: 10 }, size));
    expect(asked()).toHaveLength(2);
  });

  test('that the registry never takes are given up', async () => {
    const { registry, asked, good } = await tokenRegistry({ credentials: async () => tester });
    good.add = () => good;
    await expect(registry.repository('a').blobs.sizeOf(digest)).rejects.toMatchObject({
      code: 'REGISTRY_DENIED',
      hint: expect.stringContaining('docker login'),
    });
    expect(asked()).toHaveLength(2);
  });

  test.each(['{}', '{"token":"a b"}', '{"token":""}', '[', '{"token":"a\\nb"}', 'x'.repeat(2 << 20)])(
    'are not taken from the answer %.20s',
    async (body) => {
      const server = await startScripted(({ path }, response) => {
        if (path.startsWith('/token')) return void response.end(body);
        response.writeHead(401, { 'www-authenticate': `Bearer realm="http://${server.host}/token"` }).end();
      });
      const registry = openRegistry(server.host, { credentials: anonymous });
      open.push(server, registry);
      await expect(registry.repository('a').blobs.sizeOf(digest)).rejects.toMatchObject({
        code: body.length > 1000 ? 'FORMAT_LIMIT' : 'REGISTRY_ANSWER_INVALID',
      });
    },
  );

  test.each(['', 'file:///etc/passwd', 'ftp://127.0.0.1/', 'http://a:b@127.0.0.1/', 'nonsense'])(
    'are not asked for at %j',
    async (realm) => {
      const server = await startScripted((_request, response) => {
        response.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}"` }).end();
      });
      const registry = openRegistry(server.host, { credentials: async () => tester });
      open.push(server, registry);
      await expect(registry.repository('a').blobs.sizeOf(digest)).rejects.toMatchObject({
        code: 'REGISTRY_ANSWER_INVALID',
      });
    },
  );
});

describe('secrets', () => {
  test('stay with the registry on redirects', async () => {
    const elsewhere = await startScripted((_request, response) => void response.end('content'));
    const home = await startScripted(({ path, headers }, response) => {
      if (headers.authorization === undefined) {
        return void response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
      }
      response.writeHead(path === '/v2/' ? 200 : 307, { location: `http://${elsewhere.host}/stored?x=1` }).end();
    });
    const registry = openRegistry(home.host, { credentials: async () => tester });
    open.push(elsewhere, home, registry);
    const bytes = await collect(registry.repository('a').blobs.pull({ digest, size: 7 }), 100);
    expect(Buffer.from(bytes).toString()).toBe('content');
    expect(home.requests.at(-1)?.headers.authorization).toBe(`Basic ${btoa('tester:hunter2')}`);
    expect(elsewhere.requests.map(({ path, headers }) => [path, headers.authorization])).toEqual([
      ['/stored?x=1', undefined],
    ]);
  });

  test('stay with the registry on uploads', async () => {
    const elsewhere = await startScripted((_request, response) => void response.writeHead(201).end());
    const home = await startScripted(({ headers }, response) => {
      if (headers.authorization === undefined) {
        return void response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
      }
      response.writeHead(202, { location: `http://${elsewhere.host}/upload` }).end();
    });
    const registry = openRegistry(home.host, { credentials: async () => tester });
    open.push(elsewhere, home, registry);
    await registry.repository('a').blobs.push({ digest, size: 7 }, bytesSource('content'));
    expect(elsewhere.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });

  test('are not in errors, though the registry repeats them', async () => {
    const server = await startScripted(({ path, headers }, response) => {
      if (headers.authorization === undefined || path === '/v2/') {
        return void response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
      }
      const message = `wrong: hunter2 ${headers.authorization}`;
      response.writeHead(400).end(JSON.stringify({ errors: [{ code: 'DENIED', message }] }));
    });
    const registry = openRegistry(server.host, { credentials: async () => tester });
    open.push(server, registry);
    const failed = await registry
      .repository('a')
      .manifests.get('v1')
      .catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: 'REGISTRY_FAILED', message: expect.stringContaining('wrong: … Basic …') });
    expect(JSON.stringify(failed) + String(failed)).not.toMatch(new RegExp(`hunter2|${btoa('tester:hunter2')}`, 'u'));
  });
});

describe('openRegistry', () => {
  test('sends nothing before it is asked', async () => {
    const { server } = await tokenRegistry();
    expect(server.requests).toEqual([]);
  });

  test.each(['', 'a/b', 'https://a.example', 'a.example:x', 'a b', 'user@a.example'])('refuses the host %j', (host) => {
    expect(() => openRegistry(host)).toThrow(expect.objectContaining({ code: 'NAME_INVALID' }));
  });

  test.each(['', 'A', '../a', 'a//b', 'a?b'])('refuses the repository %j', (path) => {
    expect(() => openRegistry('a.example').repository(path)).toThrow(expect.objectContaining({ code: 'NAME_INVALID' }));
  });

  test("knows docker's short names for its own images", () => {
    const hub = openRegistry('docker.io');
    expect([hub.repository('nginx').name, hub.repository('a/b').name]).toEqual([
      'docker.io/library/nginx',
      'docker.io/a/b',
    ]);
    expect(openRegistry('a.example').repository('nginx').name).toBe('a.example/nginx');
  });

  test('does not speak plain http but to loopback', async () => {
    const { server } = await tokenRegistry();
    await using registry = openRegistry(server.host, { scheme: 'https', retry: { retries: 0 } });
    const failed = registry.repository('a').blobs.sizeOf(digest);
    await expect(failed).rejects.toMatchObject({
      code: 'REGISTRY_FAILED',
      hint: expect.stringContaining('plain http'),
    });
  });
});
