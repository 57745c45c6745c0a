import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { collect } from '../../packages/core/src/model/bytes.ts';
import { anonymous, type CredentialSource } from '../../packages/core/src/registry/auth/credentials.ts';
import { dockerCredentials } from '../../packages/core/src/registry/auth/docker-config.ts';
import type { OciBlob } from '../../packages/core/src/registry/content.ts';
import { copyGraph, type TransferEvent } from '../../packages/core/src/registry/copy-graph.ts';
import { type LayoutDirectory, openLayoutDirectory } from '../../packages/core/src/registry/layout-directory.ts';
import { openRegistry } from '../../packages/core/src/registry/open-registry.ts';
import type { RegistryOptions } from '../../packages/core/src/registry/options.ts';
import type { Registry, Repository } from '../../packages/core/src/registry/registry.ts';
import { newCertificate } from '../support/certificate.ts';
import { type Fault, type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { made, type Made, randomLayer, writeImage, writeIndex } from '../support/oci-content.ts';
import {
  PASSWORD,
  type RegistryAuth,
  type RegistryKind,
  type RegistryServer,
  startReferrersRegistry,
  startRegistry,
  USER,
} from '../support/registry-server.ts';
import { startTokenServer } from '../support/token-server.ts';
import { requireTools } from '../support/tools.ts';

const MiB = 1 << 20;
const tester: CredentialSource = async () => ({ username: USER, password: PASSWORD });
const retry = { baseMs: 5, retries: 3 };

let dir: string;
let count = 0;
const open: AsyncDisposable[] = [];
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'distrokit-registry-test-'));
});
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one[Symbol.asyncDispose]();
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function client(host: string, options: RegistryOptions = {}): Registry {
  const registry = openRegistry(host, { credentials: anonymous, retry, ...options });
  open.push(registry);
  return registry;
}

async function serve(kind: RegistryKind, auth?: RegistryAuth): Promise<RegistryServer> {
  const server = await startRegistry(kind, { auth });
  open.push(server);
  return server;
}

/** A proxy before a server that lets each of `faults` happen once, in order, to requests that match. */
async function hinder(server: RegistryServer, ...faults: readonly (readonly [RegExp, Fault])[]): Promise<FaultProxy> {
  const rest = [...faults];
  const proxy = await startFaultProxy(server.host, (method, path) => {
    if (rest[0]?.[0].test(`${method} ${path}`) !== true) return undefined;
    return rest.shift()?.[1];
  });
  open.push(proxy);
  return proxy;
}

function newLayout(): LayoutDirectory & { readonly dir: string } {
  const path = join(dir, `layout-${(count += 1)}`);
  return { ...openLayoutDirectory(path), dir: path };
}

/** An index `v1` of two images that share a layer, and a signature of the first. */
async function sampleLayout(): Promise<ReturnType<typeof newLayout>> {
  const layout = newLayout();
  const shared = randomLayer(5 * MiB);
  const first = await writeImage(layout, { layers: [shared, randomLayer(1000)] });
  const second = await writeImage(layout, { layers: [shared, randomLayer(2 * MiB), made('text/plain', '')] });
  await writeIndex(layout, 'v1', [first, second]);
  const artifactType = 'application/vnd.example.signature';
  await writeImage(layout, { layers: [randomLayer(50)], subject: first.descriptor, artifactType });
  return layout;
}

const rootsOf = async (
  layout: LayoutDirectory,
): Promise<{ descriptor: Made['descriptor']; tags: readonly string[] }[]> =>
  (await layout.roots()).map(({ descriptor, names }) => ({ descriptor, tags: names }));

async function pull(repository: Repository, { descriptor }: Made): Promise<number> {
  let size = 0;
  for await (const chunk of repository.blobs.pull(descriptor)) size += chunk.length;
  return size;
}

describe.skipIf(requireTools('docker-registry', 'go', 'skopeo', 'openssl')).each<RegistryKind>(['debian', 'module'])(
  'the reference registry (%s)',
  (kind) => {
    test('takes and gives back images, indexes and what refers to them', async () => {
      const server = await serve(kind);
      const repository = client(server.host).repository('harbor/etcd');
      const layout = await sampleLayout();
      const events: TransferEvent[] = [];
      const onEvent = (event: TransferEvent): void => void events.push(event);
      const pushed = await copyGraph(layout, repository, await rootsOf(layout), { onEvent });
      // Two images, their index and a signature; three layers, one of them empty, the signature's and one config.
      expect(pushed).toMatchObject({ copied: 10, mounted: 0, existing: 0 });
      const ends = events.filter(({ type }) => type === 'end').map(({ descriptor }) => descriptor.digest);
      expect(new Set(ends).size).toBe(ends.length);
      const [root] = await rootsOf(layout);
      const { bytes } = await repository.manifests.get('v1');
      const { manifests } = JSON.parse(Buffer.from(bytes).toString()) as { manifests: { digest: string }[] };
      const written = [...manifests.map(({ digest }) => digest), root?.descriptor.digest ?? ''].map((digest) =>
        ends.indexOf(digest),
      );
      expect(written).toHaveLength(3);
      expect(Math.max(...written)).toBe(written[2]);

      const again = await copyGraph(layout, repository, await rootsOf(layout));
      // A referrer is written again: only then is it known to be in the list.
      expect(again).toMatchObject({ copied: 1, existing: 9 });

      const copy = newLayout();
      const descriptor = await repository.manifests.find('v1');
      if (descriptor === undefined) throw new Error('no v1');
      const pulled = await copyGraph(repository, copy, [{ descriptor, tags: ['v1'] }]);
      expect(pulled).toEqual(pushed);
      execFileSync('diff', ['-r', join(layout.dir, 'blobs'), join(copy.dir, 'blobs')]);
      const tags: string[] = [];
      for await (const tag of repository.tags()) tags.push(tag);
      expect(tags).toContain('v1');
    });

    test('is read by skopeo after our push, and by us after its', async () => {
      const server = await serve(kind);
      const layout = await sampleLayout();
      const repository = client(server.host).repository('a/ours');
      await copyGraph(layout, repository, await rootsOf(layout));
      const skopeo = (...args: string[]): string =>
        execFileSync('skopeo', ['--insecure-policy', ...args], {
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'inherit'],
        });
      const raw = skopeo('inspect', '--raw', '--tls-verify=false', `docker://${server.host}/a/ours:v1`);
      expect(raw).toBe(Buffer.from((await repository.manifests.get('v1')).bytes).toString());
      const options = ['copy', '--all', '--quiet'];
      skopeo(
        ...options,
        '--src-tls-verify=false',
        `docker://${server.host}/a/ours:v1`,
        `oci:${join(dir, `skopeo-${kind}`)}:v1`,
      );
      skopeo(...options, '--dest-tls-verify=false', `oci:${layout.dir}:v1`, `docker://${server.host}/a/theirs:v1`);
      const theirs = client(server.host).repository('a/theirs');
      const descriptor = await theirs.manifests.find('v1');
      expect(descriptor).toEqual(await repository.manifests.find('v1'));
      if (descriptor === undefined) throw new Error('no v1');
      const summary = await copyGraph(theirs, newLayout(), [{ descriptor }]);
      expect(summary.copied).toBe(8);
    });

    test('gets a broken upload from where it stopped, or again', async () => {
      const server = await serve(kind);
      const proxy = await hinder(server, [/^PATCH/u, { cutRequest: 7 * MiB }]);
      const repository = client(proxy.host).repository('a');
      const blob = made('application/octet-stream', randomBytes(20 * MiB));
      expect(await repository.blobs.push(blob.descriptor, blob.content)).toBe('copied');
      expect(await pull(client(server.host).repository('a'), blob)).toBe(20 * MiB);
      const methods = proxy.log.map((line) => line.split(' ')[0]);
      expect(methods.filter((method) => method === 'PATCH')).toHaveLength(2);
      // Only the newer one lets an upload be asked after while its address is out of date.
      expect(methods.filter((method) => method === 'POST')).toHaveLength(kind === 'module' ? 1 : 2);
    });

    test('gets an upload in parts, and one whose answers are lost', async () => {
      const server = await serve(kind);
      const proxy = await hinder(
        server,
        [/^PATCH/u, 'lose-answer'],
        [/^PUT/u, { status: 503, headers: { 'retry-after': '0' } }],
        [/^PUT/u, 'lose-answer'],
      );
      const repository = client(proxy.host, { chunkSize: 3 * MiB }).repository('a');
      const blob = made('application/octet-stream', randomBytes(10 * MiB));
      expect(await repository.blobs.push(blob.descriptor, blob.content)).toBe('copied');
      expect(await pull(client(server.host).repository('a'), blob)).toBe(10 * MiB);
    });

    test('gives a blob whose connection breaks, and not one that was altered', async () => {
      const server = await serve(kind);
      const blob = made('application/octet-stream', randomBytes(10 * MiB));
      await client(server.host).repository('a').blobs.push(blob.descriptor, blob.content);
      const cuts = [1, 2, 3].map((n) => [/^GET .*\/blobs\//u, { cutAnswer: n * MiB }] as const);
      const cutting = await hinder(server, ...cuts);
      expect(await pull(client(cutting.host).repository('a'), blob)).toBe(10 * MiB);
      const alter = (bytes: Buffer): Buffer => Buffer.from(bytes).fill(0, 0, 1);
      const lying = await hinder(server, [/^GET .*\/blobs\//u, { alter }]);
      await expect(pull(client(lying.host).repository('a'), blob)).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
    });

    test('takes a blob from another repository', async () => {
      const server = await serve(kind);
      const registry = client(server.host);
      const blob = randomLayer(MiB);
      await registry.repository('from').blobs.push(blob.descriptor, blob.content);
      const mountFrom = ['nothing', 'from'];
      const to = registry.repository('to');
      expect(await to.blobs.push(blob.descriptor, blob.content, { mountFrom })).toBe('mounted');
      const other = randomLayer(MiB);
      expect(await to.blobs.push(other.descriptor, other.content, { mountFrom })).toBe('copied');
      expect(await pull(to, blob)).toBe(MiB);
    });

    test('refuses bytes that are not those of the digest', async () => {
      const repository = client((await serve(kind)).host).repository('a');
      for (const size of [100, 6 * MiB]) {
        const [one, other] = [randomLayer(size), randomLayer(size)];
        const pushing = repository.blobs.push(one.descriptor, other.content);
        await expect(pushing).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
        expect(await repository.blobs.sizeOf(one.descriptor.digest)).toBeUndefined();
      }
    });

    test('takes 100 blobs at once', async () => {
      const repository = client((await serve(kind)).host).repository('a');
      const blobs = Array.from({ length: 100 }, (_, number) => randomLayer(number * 1000));
      await Promise.all(blobs.map(({ descriptor, content }) => repository.blobs.push(descriptor, content)));
      const sizes = await Promise.all(blobs.map((blob) => pull(repository, blob)));
      expect(sizes).toEqual(blobs.map(({ descriptor }) => descriptor.size));
    });

    test('keeps every referrer of writers who meet, and forgets deleted ones', async () => {
      const server = await serve(kind);
      const subject = await writeImage(client(server.host).repository('a'), { layers: [randomLayer(10)] });
      // By different names of the registry, so that they know of each other as little as processes do.
      const write = async (): Promise<Made> => {
        const { host } = await hinder(server);
        return writeImage(client(host).repository('a'), { layers: [randomLayer(10)], subject: subject.descriptor });
      };
      const written = await Promise.all(Array.from({ length: 5 }, write));
      const repository = client(server.host).repository('a');
      const found = await repository.referrers(subject.descriptor.digest);
      const digests = written.map(({ descriptor }) => descriptor.digest).toSorted();
      expect(found.map(({ digest }) => digest)).toEqual(digests);
      for (const digest of digests.slice(1)) await repository.manifests.delete(digest);
      expect(await repository.referrers(subject.descriptor.digest)).toMatchObject([{ digest: digests[0] }]);
    });

    test('removes blobs and manifests', async () => {
      const repository = client((await serve(kind)).host).repository('a');
      const image = await writeImage(repository, { layers: [randomLayer(10)] });
      const blob = randomLayer(20);
      await repository.blobs.push(blob.descriptor, blob.content);
      await repository.blobs.delete(blob.descriptor.digest);
      await repository.manifests.delete(image.descriptor.digest);
      expect(await repository.blobs.sizeOf(blob.descriptor.digest)).toBeUndefined();
      expect(await repository.manifests.find(image.descriptor.digest)).toBeUndefined();
      const gone = { code: 'REGISTRY_NOT_FOUND' };
      await expect(repository.blobs.delete(blob.descriptor.digest)).rejects.toMatchObject(gone);
      await expect(repository.manifests.get(image.descriptor.digest)).rejects.toMatchObject(gone);
    });

    test('lets in who has the password, from the docker configuration', async () => {
      const server = await serve(kind, { kind: 'basic' });
      const config = join(dir, `docker-${kind}`);
      mkdirSync(config, { recursive: true });
      const auth = Buffer.from(`${USER}:${PASSWORD}`).toString('base64');
      writeFileSync(join(config, 'config.json'), JSON.stringify({ auths: { [server.host]: { auth } } }));
      const layout = await sampleLayout();
      const known = client(server.host, { credentials: dockerCredentials({ DOCKER_CONFIG: config }) }).repository('a');
      expect((await copyGraph(layout, known, await rootsOf(layout))).copied).toBe(10);
      for (const credentials of [anonymous, async () => ({ username: USER, password: 'wrong-secret' })]) {
        const refused = await client(server.host, { credentials }).repository('a').manifests.get('v1').catch(String);
        expect(refused).toMatch(/answered with status 401/u);
        expect(refused).not.toContain('wrong-secret');
      }
    });

    test('lets in who has a token, mounts with one for both repositories, and gets new ones midway', async () => {
      // Tokens that end after two seconds and are said to be good for an hour: the registry refuses them midway.
      const tokens = await startTokenServer({ lifetime: 2, said: 3600 });
      open.push(tokens);
      const server = await serve(kind, { kind: 'token', realm: tokens.realm, certificate: tokens.certificate });
      const registry = client(server.host, { credentials: tester });
      const layout = await sampleLayout();
      expect((await copyGraph(layout, registry.repository('one'), await rootsOf(layout))).copied).toBe(10);
      const mounted = await copyGraph(layout, registry.repository('two'), await rootsOf(layout), {
        mountFrom: ['one'],
      });
      expect(mounted).toMatchObject({ mounted: 6, copied: 4 });
      expect(tokens.asked).toContainEqual(['repository:one:pull', 'repository:two:pull,push']);
      await new Promise((resolve) => setTimeout(resolve, 3000));
      const before = tokens.asked.length;
      expect(await registry.repository('one').manifests.find('v1')).toBeDefined();
      expect(tokens.asked.length).toBe(before + 1);

      const nobody = client(server.host).repository('one');
      const descriptor = await nobody.manifests.find('v1');
      if (descriptor === undefined) throw new Error('no v1');
      expect((await copyGraph(nobody, newLayout(), [{ descriptor }])).copied).toBe(10);
      const blob = randomLayer(10);
      const denied = nobody.blobs.push(blob.descriptor, blob.content);
      await expect(denied).rejects.toMatchObject({ code: 'REGISTRY_DENIED' });
      const wrong = client(server.host, { credentials: async () => ({ username: USER, password: 'wrong' }) });
      await expect(wrong.repository('one').manifests.find('v1')).rejects.toMatchObject({ code: 'REGISTRY_DENIED' });
    });

    test('gets a new token where one ends while a blob is on its way', async () => {
      const tokens = await startTokenServer({ lifetime: 2, said: 3600 });
      open.push(tokens);
      const server = await serve(kind, { kind: 'token', realm: tokens.realm, certificate: tokens.certificate });
      const repository = client(server.host, { credentials: tester, chunkSize: MiB }).repository('a');
      const blob = randomLayer(6 * MiB);
      const bytes = await collect(blob.content.read(), 6 * MiB);
      const readFrom = async function* (start: number): AsyncGenerator<Uint8Array> {
        for (let at = start; at < bytes.length; at += MiB) {
          await new Promise((resolve) => setTimeout(resolve, 800));
          yield bytes.subarray(at, at + MiB);
        }
      };
      const slow: OciBlob = { size: bytes.length, read: () => readFrom(0), readFrom };
      expect(await repository.blobs.push(blob.descriptor, slow)).toBe('copied');
      expect(tokens.asked.length).toBeGreaterThan(1);
      expect(await pull(repository, blob)).toBe(6 * MiB);
    });

    test('is spoken to over https when its certificate is trusted', async () => {
      const tls = newCertificate();
      const server = await startRegistry(kind, { tls });
      open.push(server);
      const blob = randomLayer(5 * MiB);
      const push = (options: RegistryOptions): Promise<unknown> =>
        client(server.host, { scheme: 'https', ...options })
          .repository('a')
          .blobs.push(blob.descriptor, blob.content);
      expect(await push({ ca: tls.certificate })).toBe('copied');
      expect(await push({ insecure: true })).toBe('copied');
      await expect(push({})).rejects.toMatchObject({
        code: 'REGISTRY_FAILED',
        hint: expect.stringContaining('trust the authority'),
      });
      await expect(push({ scheme: 'http' })).rejects.toMatchObject({ code: 'REGISTRY_FAILED' });
    });

    test('survives a proxy that hinders every fourth request', async () => {
      const server = await serve(kind);
      let requests = 0;
      const faults: readonly Fault[] = [
        { status: 503 },
        { status: 429, headers: { 'retry-after': '0' } },
        { cutRequest: 100 },
        { cutAnswer: 0 },
        'lose-answer',
      ];
      const proxy = await startFaultProxy(server.host, () => {
        requests += 1;
        return requests % 4 === 0 ? faults[(requests / 4) % faults.length] : undefined;
      });
      open.push(proxy);
      const layout = await sampleLayout();
      const hindered = client(proxy.host, { retry: { baseMs: 1, retries: 20 } }).repository('a');
      await copyGraph(layout, hindered, await rootsOf(layout));
      const copy = newLayout();
      const [root] = await rootsOf(layout);
      if (root === undefined) throw new Error('no root');
      await copyGraph(hindered, copy, [root]);
      const compare = ['-r', join(layout.dir, 'blobs'), join(copy.dir, 'blobs')];
      expect(execFileSync('diff', compare, { encoding: 'utf8' })).toBe('');
    });
  },
);

describe.skipIf(requireTools('go'))('a registry with the referrers API', () => {
  test('lists what refers to a manifest', async () => {
    const server = await startReferrersRegistry();
    open.push(server);
    const repository = client(server.host).repository('a');
    const subject = await writeImage(repository, { layers: [randomLayer(10)] });
    const artifact = { layers: [randomLayer(10)], subject: subject.descriptor, artifactType: 'application/x-sbom' };
    const sbom = await writeImage(repository, artifact);
    const { digest } = subject.descriptor;
    expect(await repository.referrers(digest)).toMatchObject([{ digest: sbom.descriptor.digest }]);
    // This one takes the type of an artifact's configuration for that of the artifact.
    const artifactType = 'application/vnd.oci.image.config.v1+json';
    expect(await repository.referrers(digest, { artifactType })).toHaveLength(1);
    expect(await repository.referrers(digest, { artifactType: 'application/x-other' })).toEqual([]);
  });
});
