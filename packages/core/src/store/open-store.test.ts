import { chmod, mkdir, mkdtemp, readFile, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { collect } from '../model/bytes.ts';
import { sha256Of } from '../model/digest.ts';
import { openStore } from './open-store.ts';
import type { ActionRecord, Store } from './store.ts';

let dir: string;
let store: Store;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'distrokit-store-'));
  store = await openStore(dir);
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const text = async (s: Store, id: { sha256: string; size: number }): Promise<string> =>
  Buffer.from(await collect((await s.findBlob(id)).read(), 1 << 20)).toString();

const action = (outputs: ActionRecord['outputs'], keyed = '{"kind":"file"}'): ActionRecord => ({
  key: sha256Of(keyed),
  stepId: 'file a',
  outputs,
  ms: 12,
  keyed,
});

describe('blobs', () => {
  test('come back as they went in, from this store and from one opened later', async () => {
    const id = await store.put('hello');
    expect(id).toEqual({ sha256: sha256Of('hello'), size: 5 });
    expect(await text(store, id)).toBe('hello');
    expect(await text(await openStore(dir), id)).toBe('hello');
  });

  test('of any chunking have the same digest', async () => {
    const bytes = Buffer.alloc(700_001, 'abcdefg');
    async function* chunks(size: number): AsyncIterable<Uint8Array> {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    }
    for (const size of [511, 262_144, 700_001]) {
      expect(await store.put(chunks(size))).toEqual({ sha256: sha256Of(bytes), size: bytes.length });
    }
    expect(await readFile(await store.pathOf({ sha256: sha256Of(bytes), size: bytes.length }))).toEqual(bytes);
  });

  test('that were not committed leave nothing', async () => {
    const writer = await store.writer();
    await writer.write(Buffer.from('half'));
    await writer.abort();
    expect(await store.tryFindBlob({ sha256: sha256Of('half'), size: 4 })).toBeUndefined();
    expect(await readdir(join(dir, 'v1/blobs'))).toEqual([]);
  });

  test('that were damaged are removed, by this store and by one opened later', async () => {
    for (const open of [async () => store, () => openStore(dir)]) {
      const id = await store.put('hello');
      const file = await store.pathOf(id);
      await chmod(file, 0o644);
      await writeFile(file, 'hullo');
      expect(await (await open()).tryFindBlob(id)).toBeUndefined();
      await expect(stat(file)).rejects.toThrow('ENOENT');
      await expect(store.findBlob(id)).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
    }
  });

  test('that were damaged without a change of size and modification time are found too', async () => {
    const id = await store.put('hello');
    const file = await store.pathOf(id);
    const { atime, mtime } = await stat(file);
    await chmod(file, 0o644);
    await writeFile(file, 'hullo');
    await utimes(file, atime, mtime);
    expect(await store.tryFindBlob(id)).toBeUndefined();
  });

  test('that were touched and are whole are kept', async () => {
    const id = await store.put('hello');
    const now = new Date();
    await utimes(await store.pathOf(id), now, now);
    expect(await text(store, id)).toBe('hello');
  });

  test('are taken from files, moved or copied, and checked', async () => {
    const file = join(dir, 'input');
    await writeFile(file, 'hello');
    const wrong = { sha256: sha256Of('other'), size: 5 };
    await expect(store.putFile(file, { expect: wrong })).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
    expect(await store.putFile(file)).toEqual({ sha256: sha256Of('hello'), size: 5 });
    expect(await readFile(file, 'utf8')).toBe('hello');
    expect(await store.putFile(file, { move: true })).toEqual({ sha256: sha256Of('hello'), size: 5 });
    await expect(stat(file)).rejects.toThrow('ENOENT');
  });

  test('under names that are no digest are not looked for', async () => {
    expect(await store.tryFindBlob({ sha256: '../../etc/passwd', size: 1 })).toBeUndefined();
  });
});

describe('actions', () => {
  test('are found by key while all their blobs are there', async () => {
    const other = await store.put('two');
    const record = action({ file: await store.put('one'), other });
    await store.saveAction(record);
    const { keyed, ...result } = record;
    expect(await store.tryFindAction(record.key)).toEqual(result);
    expect(await store.tryFindLastAction('file a')).toEqual(record);
    await rm(await store.pathOf(other), { force: true });
    expect(await store.tryFindAction(record.key)).toBeUndefined();
    expect(await store.tryFindLastAction('file a')).toEqual(record);
    expect(keyed).toBe('{"kind":"file"}');
  });

  test('with a damaged record are not found', async () => {
    const record = action({ file: await store.put('one') });
    await store.saveAction(record);
    const file = join(dir, 'v1/actions', record.key);
    await writeFile(file, (await readFile(file, 'utf8')).replace('"ms":12', '"ms":13'));
    expect(await store.tryFindAction(record.key)).toBeUndefined();
  });

  test('of a step are the newest', async () => {
    const file = await store.put('one');
    await store.saveAction(action({ file }, '{"n":1}'));
    await store.saveAction(action({ file }, '{"n":2}'));
    expect((await store.tryFindLastAction('file a'))?.keyed).toBe('{"n":2}');
    expect(await store.tryFindLastAction('file b')).toBeUndefined();
  });
});

describe('exclusive', () => {
  test('lets one in at a time', async () => {
    const other = await openStore(dir);
    let inside = 0;
    const most: number[] = [];
    const work = async (): Promise<void> => {
      most.push(++inside);
      await sleep(20);
      inside -= 1;
    };
    const key = sha256Of('key');
    await Promise.all([store.exclusive(key, work), other.exclusive(key, work), store.exclusive(key, work)]);
    expect(most).toEqual([1, 1, 1]);
  });

  test('stops waiting on a signal', async () => {
    const key = sha256Of('key');
    const abort = new AbortController();
    await store.exclusive(key, async () => {
      const waiting = store.exclusive(key, async () => 1, abort.signal);
      abort.abort();
      await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' });
    });
  });

  test('takes over the lock of a process that is gone', async () => {
    const key = sha256Of('key');
    const gone = ['0000000000000000', '1', '1', '1', 'abcdefgh'].join('.');
    await writeFile(join(dir, 'v1/locks', key), gone);
    expect(await store.exclusive(key, async () => 'mine')).toBe('mine');
    expect(await readdir(join(dir, 'v1/locks'))).toEqual([]);
  });
});

describe('collect', () => {
  test('removes what was not used since, and keeps what was', async () => {
    const old = await store.put('old');
    const used = await store.put('used');
    const longAgo = new Date(Date.now() - 3_600_000);
    for (const { sha256 } of [old, used]) await utimes(join(dir, 'v1/verified', sha256), longAgo, longAgo);
    const later = await openStore(dir);
    expect(await text(later, used)).toBe('used');
    expect(await later.collect({ before: new Date(Date.now() - 60_000) })).toEqual({ blobs: 1, bytes: 3 });
    expect(await later.tryFindBlob(old)).toBeUndefined();
    expect(await text(later, used)).toBe('used');
  });

  test('keeps the blobs of a result that was used', async () => {
    const file = await store.put('one');
    const record = action({ file });
    await store.saveAction(record);
    const longAgo = new Date(Date.now() - 3_600_000);
    for (const kind of ['actions', 'keyed']) await utimes(join(dir, 'v1', kind, record.key), longAgo, longAgo);
    await utimes(join(dir, 'v1/verified', file.sha256), longAgo, longAgo);
    const later = await openStore(dir);
    expect(await later.tryFindAction(record.key)).toBeDefined();
    await later.collect({ before: new Date(Date.now() - 60_000) });
    expect(await later.tryFindAction(record.key)).toBeDefined();
    expect(await later.tryFindLastAction('file a')).toEqual(record);
  });

  test('empties old caches', async () => {
    const cache = await store.cacheDir('downloads');
    expect(await store.cacheDir('downloads')).toBe(cache);
    for (const name of ['old', 'new']) await writeFile(join(cache, name), '');
    const longAgo = new Date(Date.now() - 3_600_000);
    await utimes(join(cache, 'old'), longAgo, longAgo);
    await store.collect({ before: new Date(Date.now() - 60_000) });
    expect(await readdir(cache)).toEqual(['new']);
  });

  test('and opening remove what dead processes left, also read-only directories, and nothing else', async () => {
    const left = join(dir, 'v1/tmp/0000000000000000.1.1.1.abcdefgh');
    await mkdir(join(left, 'mod/pkg'), { recursive: true });
    await writeFile(join(left, 'mod/pkg/file'), '');
    await chmod(join(left, 'mod/pkg'), 0o555);
    await writeFile(join(dir, 'v1/locks', sha256Of('key')), '0000000000000000.1.1.1.abcdefgh');
    const temporary = await store.tempDir();
    const later = await openStore(dir);
    await later.collect({ before: new Date() });
    expect(await readdir(join(dir, 'v1/locks'))).toEqual([]);
    await expect(stat(left)).rejects.toThrow('ENOENT');
    expect(await readdir(temporary.path)).toEqual([]);
    await temporary.dispose();
    await expect(stat(temporary.path)).rejects.toThrow('ENOENT');
  });
});

test('notes are kept under their names', async () => {
  await store.saveNote('release /somewhere', 'text');
  expect(await store.tryFindNote('release /somewhere')).toBe('text');
  expect(await store.tryFindNote('release /elsewhere')).toBeUndefined();
});

test('a path through a file is named', async () => {
  await writeFile(join(dir, 'file'), '');
  await expect(openStore(join(dir, 'file', 'store'))).rejects.toMatchObject({ code: 'PATH_INVALID' });
});
