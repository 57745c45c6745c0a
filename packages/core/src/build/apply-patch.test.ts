import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { applyPatch } from './apply-patch.ts';

let dir: string;
let root: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'apply-patch-'));
  root = join(dir, 'source');
  await mkdir(join(root, 'cmd'), { recursive: true });
  await writeFile(join(root, 'cmd/main.go'), 'package main\n\nfunc main() {\n\tlisten("0.0.0.0")\n}\n');
});
afterEach(() => rm(dir, { recursive: true }));

async function apply(...lines: readonly string[]): Promise<void> {
  const file = join(dir, 'a.patch');
  await writeFile(file, `${lines.join('\n')}\n`, 'latin1');
  await applyPatch(root, { name: 'patches/a.patch', file });
}
const header = ['--- a/cmd/main.go', '+++ b/cmd/main.go'];
const loopback = ['@@ -3,3 +3,3 @@', ' func main() {', '-\tlisten("0.0.0.0")', '+\tlisten("127.0.0.1")', ' }'];

describe('applyPatch', () => {
  test('changes a read-only file', async () => {
    await chmod(join(root, 'cmd/main.go'), 0o444);
    await apply(...header, ...loopback);
    expect(await readFile(join(root, 'cmd/main.go'), 'utf8')).toContain('listen("127.0.0.1")');
  });

  test('finds a hunk that has moved', async () => {
    await apply(...header, '@@ -40,3 +40,3 @@', ...loopback.slice(1));
    expect(await readFile(join(root, 'cmd/main.go'), 'utf8')).toContain('listen("127.0.0.1")');
  });

  test('makes, renames and removes files', async () => {
    await apply('--- /dev/null', '+++ b/new/file.txt', '@@ -0,0 +1 @@', '+hello');
    expect(await readFile(join(root, 'new/file.txt'), 'utf8')).toBe('hello\n');
    await apply(
      'diff --git a/new/file.txt b/other.txt',
      'similarity index 100%',
      'rename from new/file.txt',
      'rename to other.txt',
    );
    expect(await readFile(join(root, 'other.txt'), 'utf8')).toBe('hello\n');
    expect(await readdir(join(root, 'new'))).toEqual([]);
    await apply('--- a/other.txt', '+++ /dev/null', '@@ -1 +0,0 @@', '-hello');
    expect(await readdir(root)).toEqual(['cmd', 'new']);
  });

  test('keeps bytes that are not UTF-8', async () => {
    await writeFile(join(root, 'latin'), Buffer.from('caf\xe9\nold\n', 'latin1'));
    await apply('--- a/latin', '+++ b/latin', '@@ -1,2 +1,2 @@', ' caf\xe9', '-old', '+n\xe9w');
    expect(await readFile(join(root, 'latin'), 'latin1')).toBe('caf\xe9\nn\xe9w\n');
  });

  test('names the patch, the file and the hunk that does not match', async () => {
    const wrong = ['@@ -9,1 +9,1 @@', '-nothing like it', '+else'];
    await expect(apply(...header, ...loopback, ...wrong)).rejects.toMatchObject({
      code: 'PATCH_FAILED',
      message: 'patches/a.patch does not apply to cmd/main.go: hunk 2 of 2 does not match',
    });
  });

  test('names a file that the source does not have', async () => {
    await expect(apply('--- a/none.go', '+++ b/none.go', '@@ -1 +1 @@', '-a', '+b')).rejects.toMatchObject({
      code: 'PATCH_FAILED',
      message: 'patches/a.patch changes none.go, which the source does not have',
    });
  });

  test.each([
    ['leaves the source', ['--- /dev/null', '+++ b/../../outside', '@@ -0,0 +1 @@', '+x']],
    ['is absolute', ['--- /dev/null', '+++ /etc/passwd', '@@ -0,0 +1 @@', '+x']],
    ['has no directory to strip', ['--- main.go', '+++ main.go', '@@ -1 +1 @@', '-a', '+b']],
    ['leaves the source by renaming', ['diff --git a/cmd/main.go b/../x', 'rename from cmd/main.go', 'rename to ../x']],
  ])('refuses a path that %s', async (_what, lines) => {
    await expect(apply(...lines)).rejects.toMatchObject({ code: 'PATCH_FAILED' });
    expect((await readdir(dir)).sort()).toEqual(['a.patch', 'source']);
    expect(await readdir(join(root, 'cmd'))).toEqual(['main.go']);
  });

  test.each([
    ['nothing', ['hello']],
    ['a binary change', ['diff --git a/x.png b/x.png', 'index 1..2 100644', 'Binary files a/x.png and b/x.png differ']],
    ['a hunk that is cut off', [...header, '@@ -3,9 +3,9 @@', ' func main() {']],
  ])('refuses a patch that holds %s', async (_what, lines) => {
    await expect(apply(...lines)).rejects.toMatchObject({ code: 'PATCH_FAILED' });
  });
});
