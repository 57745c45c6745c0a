import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FakeIoOptions, fakeIo } from '../../../test/support/fake-io.ts';
import { main } from './main.ts';

async function run(argv: readonly string[], options: FakeIoOptions = {}) {
  const io = fakeIo(options);
  const code = await main(argv, { io });
  return { code, out: io.out, err: io.err };
}

describe('help and version', () => {
  test('--help lists every command on stdout', async () => {
    const { code, out, err } = await run(['--help']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    for (const name of [
      'init',
      'lock',
      'update',
      'outdated',
      'plan',
      'synth',
      'list',
      'tree',
      'explain',
      'verify',
      'doctor',
      'store',
    ]) {
      expect(out).toMatch(new RegExp(`^  ${name} `, 'm'));
    }
  });

  test('a command has help of its own', async () => {
    const { code, out } = await run(['synth', '--help']);
    expect(code).toBe(0);
    expect(out).toContain('Usage: distrokit synth [options] [app]');
    expect(out).toContain('(default: "dist")');
  });

  test('--version prints the version alone', async () => {
    const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as {
      version: string;
    };
    expect(await run(['--version'])).toEqual({ code: 0, out: `${version}\n`, err: '' });
  });

  test('without a command, help is an error', async () => {
    const { code, out, err } = await run([]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^Usage: distrokit/);
    expect(err).not.toContain('✖');
    expect(await run(['store'])).toMatchObject({ code: 2, out: '', err: expect.stringMatching(/^Usage:/) as string });
  });
});

describe('wrong usage is 2, with the nearest name', () => {
  test.each([
    [['snyth'], "✖ USAGE  unknown command 'snyth'\n    hint: did you mean synth?\n"],
    [['synth', '--archs', 'amd64'], "✖ USAGE  unknown option '--archs'\n    hint: did you mean --arch?\n"],
    [['explain'], "✖ USAGE  missing required argument 'subject'\n    hint: distrokit explain --help\n"],
    [
      ['synth', 'a.ts', 'b.ts'],
      "✖ USAGE  too many arguments for 'synth'. Expected 1 argument but got 2: a.ts, b.ts.\n    hint: distrokit synth --help\n",
    ],
    [['synth', '--arch', 'amd46'], '✖ USAGE  there is no architecture "amd46"\n    hint: did you mean amd64?\n'],
    [
      ['synth', '--arch', 'sparc'],
      '✖ USAGE  there is no architecture "sparc"\n    hint: known: amd64, arm64, ppc64le, s390x, host\n',
    ],
  ])('%j', async (argv, err) => {
    expect(await run(argv)).toEqual({ code: 2, out: '', err });
  });

  test('a number that is none', async () => {
    const { code, err } = await run(['synth', '--jobs', '0']);
    expect(code).toBe(2);
    expect(err).toMatch(
      /^✖ USAGE {2}option '-j, --jobs <number>' argument '0' is invalid\. it must be a whole number above zero/,
    );
  });
});

describe('errors', () => {
  test('are text on stderr, with what became of the output', async () => {
    expect(await run(['synth', 'nowhere.ts'])).toEqual({
      code: 1,
      out: '',
      err: '✖ APP_NOT_FOUND  there is no file nowhere.ts\n    hint: name the app, or make one: distrokit init distro DIR\n1 problem, nothing was written\n',
    });
  });

  test('are problems on stdout for --json', async () => {
    const { code, out, err } = await run(['plan', 'nowhere.ts', '--json']);
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(JSON.parse(out)).toEqual({
      problems: [
        {
          code: 'APP_NOT_FOUND',
          message: 'there is no file nowhere.ts',
          hint: 'name the app, or make one: distrokit init distro DIR',
        },
      ],
    });
    expect(JSON.parse((await run(['snyth', '--json'])).out)).toMatchObject({ problems: [{ code: 'USAGE' }] });
  });

  test('show their stack for --debug and DISTROKIT_DEBUG only', async () => {
    const stack = /^ {4}at .*:\d+:\d+/m;
    expect((await run(['plan', 'nowhere.ts'])).err).not.toMatch(stack);
    expect((await run(['plan', 'nowhere.ts', '--debug'])).err).toMatch(stack);
    expect((await run(['--debug', 'plan', 'nowhere.ts'])).err).toMatch(stack);
    expect((await run(['plan', 'nowhere.ts'], { env: { DISTROKIT_DEBUG: '1' } })).err).toMatch(stack);
    expect((await run(['plan', 'nowhere.ts'], { env: { DISTROKIT_DEBUG: '0' } })).err).not.toMatch(stack);
  });
});

describe('init distro', () => {
  let dir: string;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'init-test-'));
  });
  afterEach(async () => {
    await rm(dir, { recursive: true });
  });

  test('makes a project named after its directory', async () => {
    const { code, out, err } = await run(['init', 'distro', 'my-distro'], { cwd: dir });
    expect({ code, out }).toEqual({ code: 0, out: '' });
    expect(err).toContain('cd my-distro && npm install && npm test');
    expect((await readdir(join(dir, 'my-distro'))).sort()).toEqual([
      '.gitignore',
      'README.md',
      'distro.test.ts',
      'distro.ts',
      'package.json',
      'tsconfig.json',
    ]);
    const manifest = JSON.parse(await readFile(join(dir, 'my-distro/package.json'), 'utf8')) as {
      readonly name: string;
    };
    expect(manifest.name).toBe('my-distro');
  });

  test('distro is what init makes when nothing else is said', async () => {
    expect((await run(['init', 'x'], { cwd: dir })).code).toBe(0);
    expect(await readdir(dir)).toEqual(['x']);
  });

  test.each(['Upper', '1st', 'a_b', 'a--b', 'x'.repeat(64), '-x'])('%s is no name', async (name) => {
    const { code, err } = await run(['init', 'distro', '--', name], { cwd: dir });
    expect(code).toBe(1);
    expect(err).toContain('NAME_INVALID');
    expect(await readdir(dir)).toEqual([]);
  });

  test('it touches no directory that holds something, and no file', async () => {
    await writeFile(join(dir, 'file'), 'mine');
    expect((await run(['init', 'distro', 'file'], { cwd: dir })).err).toContain('USAGE  file is a file');
    expect((await run(['init', 'distro', 'full'], { cwd: dir })).code).toBe(0);
    expect(await run(['init', 'distro', 'full'], { cwd: dir })).toMatchObject({
      code: 2,
      err: expect.stringContaining('the directory full is not empty') as string,
    });
    expect(await readFile(join(dir, 'file'), 'utf8')).toBe('mine');
  });
});
