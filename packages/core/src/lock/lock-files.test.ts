import { chmod, lstat, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lockChanges } from './changes.ts';
import { parseLock, readLock, tryReadLock } from './read-lock.ts';
import type { Lock } from './schema.ts';
import { formatLock, writeLock } from './write-lock.ts';

const url = { kind: 'url', url: 'https://files.example/a', sha256: 'a'.repeat(64), size: 3 } as const;
const lock: Lock = {
  schemaVersion: 1,
  date: '2026-11-21T00:00:00Z',
  toolchains: { zig: '0.16.0', go: '1.26.8' },
  sources: {
    'url:https://files.example/b': { ...url, url: 'https://files.example/b' },
    'url:https://files.example/a': url,
  },
};

let dir: string;
let file: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lock-'));
  file = join(dir, 'distro.lock.json');
});
afterEach(() => rm(dir, { recursive: true }));

describe('writeLock', () => {
  test('writes what readLock reads, with sorted keys and nothing beside it', async () => {
    expect(await writeLock(file, lock)).toBe(true);
    expect(await readLock(file)).toEqual(lock);
    const text = await readFile(file, 'utf8');
    expect(text.indexOf('/a"')).toBeLessThan(text.indexOf('/b"'));
    expect(await readdir(dir)).toEqual(['distro.lock.json']);
  });

  test('leaves a file alone that holds the lock already', async () => {
    await writeLock(file, lock);
    const before = await stat(file, { bigint: true });
    expect(await writeLock(file, lock)).toBe(false);
    expect((await stat(file, { bigint: true })).ino).toBe(before.ino);
  });

  test('replaces the file behind a symbolic link and keeps its mode', async () => {
    const real = join(dir, 'real.json');
    await writeFile(real, '{}');
    await chmod(real, 0o640);
    await symlink(real, file);
    await writeLock(file, lock);
    expect((await lstat(file)).isSymbolicLink()).toBe(true);
    expect(await readFile(real, 'utf8')).toBe(formatLock(lock));
    expect((await stat(real)).mode & 0o777).toBe(0o640);
  });
});

describe('readLock', () => {
  test('names the command that makes a missing lock', async () => {
    await expect(readLock(file)).rejects.toMatchObject({ code: 'LOCK_MISSING', hint: 'distrokit lock' });
    expect(await tryReadLock(file)).toBeUndefined();
  });

  test.each([
    ['{', /^distro\.lock\.json is not JSON: /u],
    ['[]', /^distro\.lock\.json is not valid: /u],
    [formatLock({ ...lock, date: 'today' }), /^distro\.lock\.json at date is not valid: /u],
    [
      formatLock({ ...lock, sources: { 'url:x': { ...url, sha256: 'abc' } } }),
      /^distro\.lock\.json at sources\["url:x"\]\.sha256 is not valid: must be 64 lower-case hexadecimal digits$/u,
    ],
    [formatLock(lock).replace('"schemaVersion": 1', '"schemaVersion": 2'), /at schemaVersion is not valid/u],
  ])('names the place that is wrong', (text, message) => {
    expect(() => parseLock(text, 'distro.lock.json')).toThrow(
      expect.objectContaining({ code: 'LOCK_INVALID', message: expect.stringMatching(message) }),
    );
  });

  test('recognises a merge conflict', () => {
    const text = '{\n<<<<<<< ours\n"date": 1\n=======\n"date": 2\n>>>>>>> theirs\n}';
    expect(() => parseLock(text, 'l')).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('merge conflict') }),
    );
  });
});

test('lockChanges says what was added, removed and changed, and not the date', () => {
  const after: Lock = {
    ...lock,
    date: '2027-01-01T00:00:00Z',
    toolchains: { go: '1.27.0' },
    sources: { 'url:https://files.example/a': { ...url, sha256: 'b'.repeat(64) }, 'url:https://files.example/c': url },
  };
  expect(lockChanges(lock, { ...lock, date: after.date })).toEqual([]);
  expect(lockChanges(lock, after)).toEqual([
    { key: 'toolchain:go', kind: 'changed', from: '1.26.8', to: '1.27.0' },
    { key: 'toolchain:zig', kind: 'removed', from: '0.16.0' },
    { key: 'url:https://files.example/a', kind: 'changed', from: 'sha256:aaaaaaaaaaaa', to: 'sha256:bbbbbbbbbbbb' },
    { key: 'url:https://files.example/b', kind: 'removed', from: 'sha256:aaaaaaaaaaaa' },
    { key: 'url:https://files.example/c', kind: 'added', to: 'sha256:aaaaaaaaaaaa' },
  ]);
});
