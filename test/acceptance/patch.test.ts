import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { applyPatch } from '../../packages/core/src/build/apply-patch.ts';
import { requireTools } from '../support/tools.ts';

/** Files by path; the bytes of a text are its characters' codes. */
type Tree = Readonly<Record<string, string>>;

describe.skipIf(requireTools('git'))('patches that git makes', () => {
  let dir: string;
  let count = 0;
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'patch-'));
  });
  afterAll(() => rmSync(dir, { recursive: true }));

  const git = (cwd: string, ...args: string[]): string =>
    execFileSync(
      'git',
      ['-c', 'user.name=A', '-c', 'user.email=a@harbor.example', '-c', 'core.autocrlf=false', ...args],
      {
        cwd,
        encoding: 'latin1',
        env: { PATH: process.env['PATH'] ?? '', GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' },
      },
    );

  /** Commits both trees one after the other and gives the directory and what `git` says of the second commit. */
  function commitBoth(
    before: Tree,
    after: Tree,
    ...show: string[]
  ): { readonly source: string; readonly patch: string } {
    const source = join(dir, `repository-${(count += 1)}`);
    mkdirSync(source);
    git(source, 'init', '--quiet');
    for (const tree of [before, after]) {
      for (const name of listFiles(source)) rmSync(join(source, name));
      writeTree(source, tree);
      git(source, 'add', '--all');
      git(source, 'commit', '--quiet', '--allow-empty', '--message', 'Change');
    }
    const patch = git(source, ...show);
    git(source, 'checkout', '--quiet', 'HEAD~1');
    return { source, patch };
  }

  async function apply(source: string, patch: string): Promise<Tree> {
    const file = join(dir, 'a.patch');
    writeFileSync(file, patch, 'latin1');
    await applyPatch(source, { name: 'a.patch', file });
    return readTree(source);
  }

  test('a mail of git format-patch, with its signature', async () => {
    const [before, after] = [{ 'cmd/a.go': 'package a\n\nvar X = 1\n' }, { 'cmd/a.go': 'package a\n\nvar X = 2\n' }];
    const { source, patch } = commitBoth(before, after, 'format-patch', '-1', '--stdout');
    expect(patch).toMatch(/^From [0-9a-f]{40}/u);
    expect(patch).toMatch(/^-- $/mu);
    expect(await apply(source, patch)).toEqual(after);
  });

  test('several mails in one file', async () => {
    const trees = [
      { a: '-- \n1\n', b: '1\n' },
      { a: '2\n', b: '1\n' },
      { a: '2\n', b: '2\n' },
    ] as const;
    const first = commitBoth(trees[0], trees[1], 'format-patch', '-1', '--stdout');
    const second = commitBoth(trees[1], trees[2], 'format-patch', '-1', '--stdout');
    expect(await apply(first.source, first.patch + second.patch)).toEqual(trees[2]);
  });

  test('files made, removed, renamed and emptied at once', async () => {
    const text = Array.from({ length: 20 }, (_, line) => `line ${line}\n`).join('');
    const before = { 'a/removed': 'x\n', 'a/renamed': text, 'a/emptied': 'y\n', kept: 'z\n', 'a/no-newline': 'end' };
    const after = {
      'b/made': 'new\n',
      'b/renamed': `${text}more\n`,
      'a/emptied': '',
      kept: 'z\n',
      'a/no-newline': 'End',
    };
    const { source, patch } = commitBoth(before, after, 'diff', '--find-renames', 'HEAD~1', 'HEAD');
    expect(patch).toContain('rename from a/renamed');
    expect(patch).toContain('No newline at end of file');
    expect(await apply(source, patch)).toEqual(after);
  });

  test('a file of Windows lines and one of another encoding', async () => {
    const before = { crlf: 'one\r\ntwo\r\n', latin: 'caf\xe9\nold\n' };
    const after = { crlf: 'one\r\nTwo\r\n', latin: 'caf\xe9\nn\xe9w\n' };
    const { source, patch } = commitBoth(before, after, 'diff', '--text', 'HEAD~1', 'HEAD');
    expect(await apply(source, patch)).toEqual(after);
  });

  test('any change of a text', async () => {
    const line = fc.constantFrom('a', 'b', '', '}', '--- a/x', '+++ b/x', '@@ -1 +1 @@', '-- ', '\\ x', 'd\r');
    const text = fc.tuple(fc.array(line, { maxLength: 30 }), fc.boolean()).map(([lines, end]) => {
      const joined = lines.join('\n');
      return end && joined !== '' ? `${joined}\n` : joined;
    });
    await fc.assert(
      fc.asyncProperty(text, text, async (old, next) => {
        fc.pre(old !== next);
        const { source, patch } = commitBoth({ file: old }, { file: next }, 'diff', '--text', 'HEAD~1', 'HEAD');
        expect(await apply(source, patch)).toEqual({ file: next });
        rmSync(source, { recursive: true });
      }),
      { numRuns: 60 },
    );
  });
});

function writeTree(root: string, tree: Tree): void {
  for (const [name, text] of Object.entries(tree)) {
    mkdirSync(join(root, name, '..'), { recursive: true });
    writeFileSync(join(root, name), text, 'latin1');
  }
}

function listFiles(root: string): readonly string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('.git'))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort();
}

function readTree(root: string): Tree {
  return Object.fromEntries(listFiles(root).map((name) => [name, readFileSync(join(root, name), 'latin1')]));
}
