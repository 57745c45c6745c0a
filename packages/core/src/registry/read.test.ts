import { afterEach, describe, expect, test } from 'vitest';
import { type Script, type ScriptedServer, startScripted } from '../../../../test/support/scripted-server.ts';
import { collect } from '../model/bytes.ts';
import { sha256Of } from '../model/digest.ts';
import { anonymous } from './auth/credentials.ts';
import { openRegistry } from './open-registry.ts';
import type { RegistryOptions } from './options.ts';
import type { Repository } from './registry.ts';

const content = Buffer.from('0123456789'.repeat(1000));
const blob = { digest: `sha256:${sha256Of(content)}`, size: content.length };
const type = 'application/vnd.oci.image.manifest.v1+json';
const manifest = Buffer.from(
  JSON.stringify({
    schemaVersion: 2,
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...blob },
    layers: [],
  }),
);
const digest = `sha256:${sha256Of(manifest)}`;

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one[Symbol.asyncDispose]();
});

/** A repository `a/b` of a server that answers its n-th request after the first look with the n-th script. */
async function repositoryOf(
  scripts: readonly Script[],
  options: RegistryOptions = {},
): Promise<{ readonly repository: Repository; readonly server: ScriptedServer }> {
  let asked = 0;
  const server = await startScripted((request, response) => {
    if (request.path === '/v2/') return void response.end();
    scripts[Math.min(asked++, scripts.length - 1)]?.(request, response);
  });
  const retry = { baseMs: 1, retries: 2, random: () => 0.5 };
  const registry = openRegistry(server.host, { credentials: anonymous, retry, ...options });
  open.push(server, registry);
  return { repository: registry.repository('a/b'), server };
}

const whole: Script = (_request, response) => void response.end(content);
const answer =
  (status: number, headers: Record<string, string | number> = {}, body: Buffer | string = ''): Script =>
  (_request, response) =>
    void response.writeHead(status, headers).end(body);
/** Announces everything and breaks off after some bytes. */
const broken =
  (bytes: number): Script =>
  (_request, response) => {
    response.writeHead(200, { 'content-length': content.length });
    response.write(content.subarray(0, bytes), () => setTimeout(() => response.destroy(), 20));
  };
const ranged: Script = ({ headers }, response) => {
  const start = Number(/^bytes=(\d+)-$/u.exec(headers.range ?? '')?.[1]);
  response.writeHead(206, { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` });
  response.end(content.subarray(start));
};

describe('pull of a blob', () => {
  test('gives what was asked for', async () => {
    const { repository, server } = await repositoryOf([whole]);
    expect(await collect(repository.blobs.pull(blob), 1e6)).toEqual(content);
    expect(server.requests.map(({ path }) => path)).toEqual(['/v2/', `/v2/a/b/blobs/${blob.digest}`]);
  });

  test('goes on where the connection broke', async () => {
    const { repository, server } = await repositoryOf([broken(4000), ranged]);
    expect(await collect(repository.blobs.pull(blob), 1e6)).toEqual(content);
    expect(server.requests.at(-1)?.headers.range).toBe('bytes=4000-');
  });

  test('drops what is there already when the whole comes again', async () => {
    const { repository } = await repositoryOf([broken(4000), whole]);
    expect(await collect(repository.blobs.pull(blob), 1e6)).toEqual(content);
  });

  test('goes on as often as there is progress', async () => {
    const cuts = [1000, 2000, 3000, 4000, 5000].map(broken);
    const { repository, server } = await repositoryOf([...cuts, whole]);
    expect(await collect(repository.blobs.pull(blob), 1e6)).toEqual(content);
    expect(server.requests).toHaveLength(7);
  });

  const endless: Script = (_request, response) => {
    const more = (): void => void (response.writableEnded || response.write(content, () => setImmediate(more)));
    response.on('close', () => response.end());
    more();
  };
  test.each<[string, readonly Script[], string]>([
    ['other bytes', [answer(200, {}, Buffer.alloc(content.length))], 'DIGEST_MISMATCH'],
    ['another length', [answer(200, { 'content-length': 4 }, 'four')], 'DIGEST_MISMATCH'],
    ['too few bytes without a length', [answer(200, { 'transfer-encoding': 'chunked' }, 'four')], 'DIGEST_MISMATCH'],
    ['bytes without an end', [endless], 'DIGEST_MISMATCH'],
    ['another range', [broken(4000), answer(206, { 'content-range': 'bytes 0-9/10' })], 'REGISTRY_ANSWER_INVALID'],
    ['breaks without progress', [broken(0)], 'REGISTRY_FAILED'],
    ['no such blob', [answer(404)], 'REGISTRY_NOT_FOUND'],
    ['a redirect in a circle', [answer(307, { location: '/v2/a' })], 'REGISTRY_ANSWER_INVALID'],
    ['a redirect to no address', [answer(307, { location: 'http://' })], 'REGISTRY_ANSWER_INVALID'],
    ['a redirect to a file', [answer(307, { location: 'file:///etc/passwd' })], 'REGISTRY_ANSWER_INVALID'],
  ])('refuses %s', async (_name, scripts, code) => {
    const { repository } = await repositoryOf(scripts);
    await expect(collect(repository.blobs.pull(blob), 1e6)).rejects.toMatchObject({ code });
  });

  test('refuses a digest that is none', async () => {
    const { repository } = await repositoryOf([whole]);
    expect(() => repository.blobs.pull({ digest: '../../x', size: 1 })).toThrow('is not a digest');
  });
});

describe('repetition', () => {
  test.each([408, 429, 500, 502, 503, 504])('of a request that was answered with %i', async (status) => {
    const { repository, server } = await repositoryOf([answer(status), answer(200, { 'content-length': 5 })]);
    expect(await repository.blobs.sizeOf(blob.digest)).toBe(5);
    expect(server.requests).toHaveLength(3);
  });

  test('ends after so many failures, with what the registry said', async () => {
    const said = { errors: [{ code: 'TOOMANYREQUESTS', message: 'slow\u001b[31m down' }] };
    const { repository, server } = await repositoryOf([answer(429, {}, JSON.stringify(said))]);
    await expect(repository.manifests.get('v1')).rejects.toMatchObject({
      code: 'REGISTRY_FAILED',
      message: expect.stringMatching(
        /^GET .*\/v2\/a\/b\/manifests\/v1 answered with status 429: TOOMANYREQUESTS slow/u,
      ),
    });
    await expect(repository.manifests.get('v1')).rejects.not.toThrow('\u001b');
    expect(server.requests).toHaveLength(7);
  });

  test('waits as long as the registry asks, and no longer than allowed', async () => {
    const { repository, server } = await repositoryOf([answer(503, { 'retry-after': '3600' }), answer(404)], {
      retry: { maxMs: 5 },
    });
    expect(await repository.blobs.sizeOf(blob.digest)).toBeUndefined();
    expect(server.requests).toHaveLength(3);
  });

  test.each([400, 403, 405, 501])('is not made of a request that was answered with %i', async (status) => {
    const { repository, server } = await repositoryOf([answer(status)]);
    await expect(repository.blobs.sizeOf(blob.digest)).rejects.toMatchObject({
      code: status === 403 ? 'REGISTRY_DENIED' : 'REGISTRY_FAILED',
    });
    expect(server.requests).toHaveLength(2);
  });

  test('of a request that is not answered', async () => {
    const { repository } = await repositoryOf([() => {}, answer(200, { 'content-length': 5 })], { idleMs: 100 });
    expect(await repository.blobs.sizeOf(blob.digest)).toBe(5);
  });

  test('ends when its signal is aborted, in a pause and in a request', async () => {
    const pausing = await repositoryOf([answer(503)], { retry: { baseMs: 100_000, maxMs: 100_000 } });
    const waiting = await repositoryOf([() => {}]);
    for (const { repository } of [pausing, waiting]) {
      const stopped = repository.blobs.sizeOf(blob.digest, { signal: AbortSignal.timeout(50) });
      await expect(stopped).rejects.toMatchObject({ code: 'CANCELLED' });
      await expect(repository.blobs.sizeOf(blob.digest, { signal: AbortSignal.abort() })).rejects.toMatchObject({
        code: 'CANCELLED',
      });
    }
  });
});

describe('manifests', () => {
  test('are checked by the digest that they are asked by, and that of a tag', async () => {
    const headers = { 'content-type': `${type}; charset=utf-8`, 'docker-content-digest': digest };
    const { repository } = await repositoryOf([answer(200, headers, manifest)]);
    const descriptor = { mediaType: type, digest, size: manifest.length };
    expect((await repository.manifests.get(digest)).descriptor).toEqual(descriptor);
    expect((await repository.manifests.get('v1')).descriptor).toEqual(descriptor);
    expect(await repository.manifests.find('v1')).toEqual(descriptor);
  });

  test('are read whole where the registry leaves their headers out', async () => {
    const { repository, server } = await repositoryOf([answer(200, { 'content-type': type }, manifest)]);
    expect(await repository.manifests.find('v1')).toEqual({ mediaType: type, digest, size: manifest.length });
    expect(server.requests.map(({ method }) => method)).toEqual(['GET', 'HEAD', 'GET']);
  });

  const other = `sha256:${'0'.repeat(64)}`;
  test.each<[string, string, Script, string]>([
    ['another digest', other, answer(200, { 'content-type': type }, manifest), 'DIGEST_MISMATCH'],
    [
      'a header of another digest',
      digest,
      answer(200, { 'content-type': type, 'docker-content-digest': other }, manifest),
      'DIGEST_MISMATCH',
    ],
    [
      'a tag with the digest of something else',
      'v1',
      answer(200, { 'content-type': type, 'docker-content-digest': other }, manifest),
      'DIGEST_MISMATCH',
    ],
    [
      'a digest that is none',
      'v1',
      answer(200, { 'content-type': type, 'docker-content-digest': 'x' }, manifest),
      'REGISTRY_ANSWER_INVALID',
    ],
    ['a page', 'v1', answer(200, { 'content-type': 'text/html' }, '<html>'), 'REGISTRY_ANSWER_INVALID'],
    ['no JSON', 'v1', answer(200, { 'content-type': type }, '<html>'), 'FORMAT_INVALID'],
    [
      'an index that is announced as an image',
      'v1',
      answer(200, { 'content-type': type }, JSON.stringify({ schemaVersion: 2, manifests: [] })),
      'FORMAT_INVALID',
    ],
    [
      'another type inside',
      'v1',
      answer(
        200,
        { 'content-type': type.replace('manifest', 'index') },
        JSON.stringify({ schemaVersion: 2, mediaType: type, manifests: [] }),
      ),
      'FORMAT_INVALID',
    ],
    ['5 MiB', 'v1', answer(200, { 'content-type': type }, Buffer.alloc(5 << 20, ' ')), 'FORMAT_LIMIT'],
    ['nothing', 'v1', answer(404), 'REGISTRY_NOT_FOUND'],
  ])('refuses %s', async (_name, reference, script, code) => {
    const { repository } = await repositoryOf([script]);
    await expect(repository.manifests.get(reference)).rejects.toMatchObject({ code });
  });

  test.each(['', '../x', 'a b', 'sha256:0'])('are not asked for as %j', async (reference) => {
    const { repository, server } = await repositoryOf([answer(200)]);
    await expect(repository.manifests.find(reference)).rejects.toMatchObject({ code: 'NAME_INVALID' });
    expect(server.requests).toEqual([]);
  });
});

describe('put of a manifest with a subject', () => {
  const subject = { mediaType: type, digest: `sha256:${sha256Of('subject')}`, size: 7 };
  const document = { ...(JSON.parse(manifest.toString()) as object), subject, annotations: { a: 'b' } };
  const bytes = Buffer.from(JSON.stringify(document));
  const put = async (scripts: readonly Script[]): Promise<ScriptedServer> => {
    const { repository, server } = await repositoryOf(scripts, { retry: { random: () => 0 } });
    await repository.manifests.put({ mediaType: type, bytes });
    return server;
  };

  test('is all where the registry says that it knows', async () => {
    const server = await put([answer(201, { 'oci-subject': subject.digest })]);
    expect(server.requests.map(({ method }) => method)).toEqual(['GET', 'PUT']);
  });

  test('is followed by an entry in the index that stands for the referrers', async () => {
    let index = '';
    const server = await put([
      answer(201, { 'oci-subject': `sha256:${'0'.repeat(64)}` }),
      answer(404),
      ({ body }, response) => {
        index = body.toString();
        response.writeHead(201).end();
      },
      (_request, response) => {
        response.writeHead(200, { 'content-type': 'application/vnd.oci.image.index.v1+json' }).end(index);
      },
    ]);
    const tag = `/v2/a/b/manifests/${subject.digest.replace(':', '-')}`;
    expect(server.requests.slice(2).map(({ method, path }) => `${method} ${path}`)).toEqual([
      `GET ${tag}`,
      `PUT ${tag}`,
      `GET ${tag}`,
    ]);
    const entry = {
      mediaType: type,
      digest: `sha256:${sha256Of(bytes)}`,
      size: bytes.length,
      artifactType: 'application/vnd.oci.image.config.v1+json',
      annotations: { a: 'b' },
    };
    expect(JSON.parse(index)).toMatchObject({ schemaVersion: 2, manifests: [entry] });
  });
});

describe('tags', () => {
  const page = (tags: readonly unknown[] | null, link?: string): Script =>
    answer(200, link === undefined ? {} : { link }, JSON.stringify({ name: 'a/b', tags }));
  const listed = async (scripts: readonly Script[]): Promise<string[]> => {
    const { repository } = await repositoryOf(scripts);
    const tags: string[] = [];
    for await (const tag of repository.tags()) tags.push(tag);
    return tags;
  };

  test('come page by page', async () => {
    const next = '</v2/a/b/tags/list?n=1000&last=b>; rel="next"';
    expect(await listed([page(['a', 'b'], next), page(['c'])])).toEqual(['a', 'b', 'c']);
    expect(await listed([page(null)])).toEqual([]);
  });

  test.each<[string, readonly Script[], string]>([
    ['pages in a circle', [page(['a'], '</v2/a/b/tags/list?x>; rel="next"')], 'REGISTRY_ANSWER_INVALID'],
    ['a page of another server', [page(['a'], '<http://127.0.0.2/x>; rel="next"')], 'REGISTRY_ANSWER_INVALID'],
    ['what is no tag', [page(['../x'])], 'REGISTRY_ANSWER_INVALID'],
    ['what is no list', [answer(200, {}, '{"tags":"a"}')], 'REGISTRY_ANSWER_INVALID'],
    ['what is no JSON', [answer(200, {}, '[')], 'REGISTRY_ANSWER_INVALID'],
    ['a huge page', [answer(200, {}, Buffer.alloc(9 << 20, ' '))], 'FORMAT_LIMIT'],
    ['no repository', [answer(404)], 'REGISTRY_NOT_FOUND'],
  ])('refuse %s', async (_name, scripts, code) => {
    await expect(listed(scripts)).rejects.toMatchObject({ code });
  });
});

describe('referrers', () => {
  const index = 'application/vnd.oci.image.index.v1+json';
  const referrer = (name: string, artifactType: string): object => ({
    mediaType: type,
    digest: `sha256:${sha256Of(name)}`,
    size: 5,
    artifactType,
  });
  const one = referrer('one', 'application/x-one');
  const two = referrer('two', 'application/x-two');
  const page = (manifests: readonly object[], headers: Record<string, string> = {}): Script =>
    answer(200, { 'content-type': index, ...headers }, JSON.stringify({ schemaVersion: 2, manifests }));

  test('come from the API, page by page', async () => {
    const { repository } = await repositoryOf([page([one], { link: '<?last=1>; rel=next' }), page([two])]);
    expect(await repository.referrers(digest)).toEqual([one, two]);
  });

  test('are filtered whether the registry does it or not', async () => {
    const { repository, server } = await repositoryOf([
      page([one, two]),
      page([two], { 'oci-filters-applied': 'artifactType' }),
    ]);
    expect(await repository.referrers(digest, { artifactType: 'application/x-two' })).toEqual([two]);
    expect(await repository.referrers(digest, { artifactType: 'application/x-two' })).toEqual([two]);
    expect(server.requests[1]?.path).toBe(`/v2/a/b/referrers/${digest}?artifactType=application%2Fx-two`);
  });

  test('come from the tag where there is no API, which is asked for once', async () => {
    const { repository, server } = await repositoryOf([answer(404), page([one]), answer(404)]);
    expect(await repository.referrers(digest)).toEqual([one]);
    expect(await repository.referrers(digest)).toEqual([]);
    const tag = `/v2/a/b/manifests/${digest.replace(':', '-')}`;
    expect(server.requests.slice(1).map(({ path }) => path)).toEqual([`/v2/a/b/referrers/${digest}`, tag, tag]);
  });

  test.each<[string, Script, string]>([
    ['a page', answer(200, { 'content-type': 'text/html' }, '{}'), 'REGISTRY_ANSWER_INVALID'],
    ['an entry without a digest', page([{ mediaType: type, size: 1 }]), 'FORMAT_INVALID'],
    ['a refusal', answer(403), 'REGISTRY_DENIED'],
  ])('are not %s', async (_name, script, code) => {
    const { repository } = await repositoryOf([script]);
    await expect(repository.referrers(digest)).rejects.toMatchObject({ code });
  });
});
