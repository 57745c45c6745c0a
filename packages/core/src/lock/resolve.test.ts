import { createServer, type Server } from 'node:http';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { url } from '../model/declare-source.ts';
import { sha256Of } from '../model/digest.ts';
import type { Declaration } from './declaration.ts';
import { findOutdated } from './outdated.ts';
import { resolveLock, type ResolveLockOptions } from './resolve.ts';

// The server of these tests is not behind the proxy that this machine may have.
process.env['no_proxy'] = '127.0.0.1';

let server: Server;
let files: Map<string, string>;
let asked: string[];

beforeEach(async () => {
  asked = [];
  files = new Map();
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const content = files.get(request.url ?? '');
    response.writeHead(content === undefined ? 404 : 200).end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const base = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const declare = (name: string, sha256From?: string): Declaration => ({
  path: `harbor/${name}`,
  source: url({ [name]: `${base()}/${name}-{version}` }, sha256From === undefined ? {} : { sha256From }),
  version: '1.0.0',
  arch: 'amd64',
});
const options = (more: Partial<ResolveLockOptions> = {}): ResolveLockOptions => ({
  appDir: '/',
  now: new Date('2026-11-21T10:00:00.123Z'),
  ...more,
});

describe('resolveLock', () => {
  test('pins what is declared', async () => {
    files.set('/a-1.0.0', 'hello');
    const { lock, changes } = await resolveLock([declare('a')], options());
    const key = `url:${base()}/a-1.0.0`;
    expect(lock).toEqual({
      schemaVersion: 1,
      date: '2026-11-21T10:00:00Z',
      toolchains: {},
      sources: { [key]: { kind: 'url', url: `${base()}/a-1.0.0`, sha256: sha256Of('hello'), size: 5 } },
    });
    expect(changes).toEqual([{ key, kind: 'added', to: `sha256:${sha256Of('hello').slice(0, 12)}` }]);
  });

  test('hands a download over before it is removed', async () => {
    files.set('/a-1.0.0', 'hello');
    const kept: string[] = [];
    await resolveLock([declare('a')], options({ keep: async (file) => void kept.push(await readFile(file, 'utf8')) }));
    expect(kept).toEqual(['hello']);
  });

  test('keeps every byte, date included, and asks nobody when nothing is missing', async () => {
    files.set('/a-1.0.0', 'hello');
    const { lock } = await resolveLock([declare('a')], options());
    asked = [];
    const again = await resolveLock([declare('a')], options({ previous: lock, now: new Date('2027-01-01') }));
    expect(again).toEqual({ lock, changes: [] });
    expect(asked).toEqual([]);
  });

  test('asks only for what is new, and drops what is not declared any more', async () => {
    files.set('/a-1.0.0', 'hello').set('/b-1.0.0', 'hello');
    const { lock } = await resolveLock([declare('a')], options());
    asked = [];
    const { changes } = await resolveLock([declare('b')], options({ previous: lock }));
    expect(changes.map(({ key, kind }) => [key.split('/').at(-1), kind])).toEqual([
      ['a-1.0.0', 'removed'],
      ['b-1.0.0', 'added'],
    ]);
    expect(asked).toEqual(['/b-1.0.0']);
  });

  test.each([['key'], ['path'], ['parent'], ['all']])('asks again for what update names by %s', async (by) => {
    files.set('/a-1.0.0', 'hello').set('/b-1.0.0', 'hello');
    const { lock } = await resolveLock([declare('a'), declare('b')], options());
    files.set('/a-1.0.0', 'changed');
    const name = { key: `url:${base()}/a-1.0.0`, path: 'harbor/a', parent: 'harbor', all: '' }[by] ?? '';
    const update = by === 'all' ? 'all' : [name];
    const { changes } = await resolveLock([declare('a'), declare('b')], options({ previous: lock, update }));
    expect(changes.map(({ kind }) => kind)).toEqual(['changed']);
  });

  test('refuses to update what is not in use', async () => {
    await expect(resolveLock([], options({ update: ['nothing'] }))).rejects.toMatchObject({
      code: 'USAGE',
      message: "no source is called 'nothing'",
    });
  });

  test('reports every source that fails, each with its construct', async () => {
    files.set('/b-1.0.0', 'hello');
    const failed = resolveLock([declare('a'), declare('b'), declare('c')], options());
    await expect(failed).rejects.toMatchObject({
      problems: [
        { code: 'SOURCE_UNAVAILABLE', path: 'harbor/a' },
        { code: 'SOURCE_UNAVAILABLE', path: 'harbor/c' },
      ],
    });
  });

  test('checks the sha256 that upstream publishes', async () => {
    files.set('/a-1.0.0', 'hello').set('/a-1.0.0.sha256', `${sha256Of('hello')}\n`);
    await resolveLock([declare('a', '{url}.sha256')], options());
    files.set('/a-1.0.0.sha256', `${sha256Of('other')}  a-1.0.0\n`);
    await expect(resolveLock([declare('a', '{url}.sha256')], options())).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
      path: 'harbor/a',
    });
  });
});

test('findOutdated finds a download whose bytes changed, and says what it could not check', async () => {
  files.set('/a-1.0.0', 'hello').set('/b-1.0.0', 'hello').set('/c-1.0.0', 'hello');
  const { lock } = await resolveLock([declare('a'), declare('b'), declare('c')], options());
  files.set('/b-1.0.0', 'changed').delete('/c-1.0.0');
  const { outdated, problems } = await findOutdated(lock, { appDir: '/' });
  expect(outdated).toEqual([
    { key: `url:${base()}/b-1.0.0`, current: sha256Of('hello'), latest: sha256Of('changed'), move: 'update' },
  ]);
  expect(problems).toMatchObject([{ code: 'SOURCE_UNAVAILABLE' }]);
});
