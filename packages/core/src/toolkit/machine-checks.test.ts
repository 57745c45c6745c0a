import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { checkGo, checkNode, checkStore, checkXz, checkZig } from './machine-checks.ts';

let empty: string;

beforeAll(async () => {
  empty = await mkdtemp(join(tmpdir(), 'machine-checks-'));
});
afterAll(async () => {
  await rm(empty, { recursive: true });
});

test('Node.js is new enough from 22.19 on', async () => {
  expect(await checkNode('22.18.0')).toMatchObject({ status: 'wrong', found: '22.18.0, not >=22.19' });
  expect(await checkNode('22.19.0')).toEqual({ status: 'ok', found: '22.19.0' });
  expect(await checkNode('24.1.0')).toEqual({ status: 'ok', found: '24.1.0' });
});

describe('on a machine with nothing', () => {
  beforeAll(() => {
    vi.stubEnv('PATH', empty);
    vi.stubEnv('DISTROKIT_ZIG', join(empty, 'zig'));
  });
  afterAll(() => {
    vi.unstubAllEnvs();
  });

  test('each program is missing, with how to get it', async () => {
    const checks = [
      checkGo({ pinned: '1.26.8', signal: undefined }),
      checkZig({ pinned: '0.16.0', appDir: empty }),
      checkXz({}),
    ];
    for (const result of await Promise.all(checks)) {
      expect(result.status).toBe('missing');
      expect(result.hint).toMatch(/install/);
    }
  });
});

test('another version than the lock pins is wrong', async () => {
  const found = await checkZig({ pinned: '0.1.0', appDir: import.meta.dirname });
  expect(found).toMatchObject({ status: 'wrong', found: expect.stringContaining('the lock pins Zig 0.1.0') as string });
});

test('the store may not exist yet, but its place must be writable', async () => {
  const below = join(empty, 'not/yet');
  expect((await checkStore(below)).found).toMatch(/^\d+ GiB free in .*\/not\/yet$/);
  if (process.getuid?.() === 0) return;
  await chmod(empty, 0o555);
  expect(await checkStore(below)).toMatchObject({ status: 'wrong', found: `${empty} cannot be written to` });
});
