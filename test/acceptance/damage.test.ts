import { execFile } from 'node:child_process';
import {
  chmod,
  chown,
  copyFile,
  mkdir,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fileTree } from '../support/file-tree.ts';
import { BIN, type CliResult } from '../support/run-cli.ts';
import { smallApp } from '../support/small-app.ts';
import { type SmallDistro, smallDistro } from '../support/small-distro.ts';
import { requireTools } from '../support/tools.ts';

const run = promisify(execFile);

let small: SmallDistro;
let dist: string;
let expected: Readonly<Record<string, string>>;

beforeAll(async () => {
  small = await smallDistro();
  dist = join(small.appDir, 'dist');
  // Everything has to be found by other users too.
  await chmod(small.dir, 0o755);
  await writeFile(join(small.appDir, 'two.ts'), smallApp(small.origin, { replace: { 'Small 1.2.3\\n': 'Second\\n' } }));
  expect(await small.cli(['lock'])).toMatchObject({ code: 0 });
  expect(await small.cli(['synth'])).toMatchObject({ code: 0 });
  expected = await fileTree(dist);
});
afterAll(() => small[Symbol.asyncDispose]());

/** Makes the release again, from what is left of the store; how many steps had to run. */
async function synthAgain(): Promise<number> {
  await rm(dist, { recursive: true, force: true });
  const result = await small.cli(['synth', '--json']);
  expect(result).toMatchObject({ code: 0 });
  expect(await fileTree(dist)).toEqual(expected);
  const { steps, cached } = JSON.parse(result.out) as { readonly steps: number; readonly cached: number };
  return steps - cached;
}

describe.skipIf(requireTools('go'))('a damaged store is found and rebuilt, and the release is the same:', () => {
  const filesOf = async (name: string): Promise<readonly string[]> => {
    const dir = join(small.dir, 'store/v1', name);
    return (await readdir(dir)).map((file) => join(dir, file));
  };

  /** Overwrites a file, whose mode forbids it to everyone but us, and sets its time back. */
  async function overwrite(file: string, change: (bytes: Buffer) => Buffer): Promise<void> {
    const { atime, mtime, mode } = await stat(file);
    await chmod(file, 0o644);
    await writeFile(file, change(await readFile(file)));
    await utimes(file, atime, mtime);
    await chmod(file, mode);
  }

  function flipped(bytes: Buffer): Buffer {
    const middle = Math.floor(bytes.length / 2);
    bytes[middle] = (bytes[middle] ?? 0) ^ 0x20;
    return bytes;
  }

  const DAMAGES: readonly [string, (file: string, other: string) => Promise<unknown>][] = [
    ['one bit flipped', (file) => overwrite(file, flipped)],
    ['the end cut off', (file) => overwrite(file, (bytes) => bytes.subarray(0, -1))],
    ['emptied', (file) => overwrite(file, () => Buffer.alloc(0))],
    ['removed', (file) => rm(file)],
    ['another in its place', (file, other) => rm(file).then(() => copyFile(other, file))],
    ['a link to nothing in its place', (file) => rm(file).then(() => symlink('/nowhere', file))],
  ];

  describe('every blob', () => {
    test.each(DAMAGES)('%s', async (_, damage) => {
      const blobs = await filesOf('blobs');
      const [other = ''] = blobs;
      const spare = join(small.dir, 'spare');
      await copyFile(other, spare);
      for (const blob of blobs) await damage(blob, blob === other ? BIN : spare);
      expect(await synthAgain()).toBeGreaterThanOrEqual(60);
      expect(await synthAgain()).toBe(0);
    });
  });

  test('one blob with one bit flipped costs the steps that made it and no others', async () => {
    const files = (await fileTree(dist))['packages/amd64/agent_0.4.0-1_amd64.deb'];
    const digest = files?.split(' ')[1] ?? '';
    await overwrite(join(small.dir, 'store/v1/blobs', digest), flipped);
    expect(await synthAgain()).toBe(1);
  });

  describe('every record of what was done', () => {
    test.each(DAMAGES)('%s', async (_, damage) => {
      const actions = await filesOf('actions');
      const [other = ''] = actions;
      const spare = join(small.dir, 'spare');
      await copyFile(other, spare);
      for (const action of actions) await damage(action, action === other ? BIN : spare);
      expect(await synthAgain()).toBeGreaterThanOrEqual(60);
      expect(await synthAgain()).toBe(0);
    });
  });

  test.each(['keyed', 'steps', 'verified', 'notes'])('all of %s is noise', async (name) => {
    const files = await filesOf(name);
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) await overwrite(file, () => Buffer.from('\u0000null'));
    expect(await synthAgain()).toBe(0);
  });

  test('a file of the release itself is written again', async () => {
    await overwrite(join(dist, 'packages/all/small-release_1.2.3-1_all.deb'), flipped);
    expect(await fileTree(dist)).not.toEqual(expected);
    expect(await small.cli(['synth'])).toMatchObject({ code: 0 });
    expect(await fileTree(dist)).toEqual(expected);
  });
});

const isRoot = process.getuid?.() === 0;

/** Runs shell lines in a mount namespace with a small disk at `$DISK`; `cli NAME ARGUMENT...` keeps how a run ended. */
async function onSmallDisk(size: string, script: string): Promise<(name: string) => Promise<CliResult>> {
  const disk = join(small.dir, 'disk');
  const results = join(small.dir, 'results');
  await rm(results, { recursive: true, force: true });
  for (const dir of [disk, results]) await mkdir(dir, { recursive: true });
  const setUp = `set -eu
    mount -t tmpfs -o size=${size},mode=0755 none "$DISK"
    cd "$APP"
    cli() { name=$1; shift; code=0; "$NODE" "$BIN" "$@" >"$RESULTS/$name.out" 2>"$RESULTS/$name.err" || code=$?; echo $code >"$RESULTS/$name.code"; }
    digests() { (cd "$1" && find . -type f -exec sha256sum {} + | sort -k 2); }`;
  const env = {
    ...process.env,
    ...small.env,
    NODE_OPTIONS: '',
    DISK: disk,
    APP: small.appDir,
    NODE: process.execPath,
    BIN,
    RESULTS: results,
  };
  const args = [...(isRoot ? [] : ['--map-root-user']), '--mount', 'sh', '-c', `${setUp}\n${script}`];
  await run('unshare', args, { env });
  const read = (file: string): Promise<string> => readFile(join(results, file), 'utf8');
  return async (name) => ({
    code: Number(await read(`${name}.code`)),
    out: (await read(`${name}.out`)).replaceAll(small.dir, '<dir>'),
    err: (await read(`${name}.err`)).replaceAll(small.dir, '<dir>').replaceAll(/^(?!✖| {4}hint).*\n/gm, ''),
  });
}

describe.skipIf(requireTools('go', 'unshare', 'mount'))('a full disk', () => {
  test('under the store is one error, and with room the next run goes on and leaves nothing behind', async () => {
    const result = await onSmallDisk(
      '1m',
      `cli full synth --store "$DISK/store" -o "$DISK/dist"
       mount -o remount,size=64m "$DISK"
       cli again synth --json --store "$DISK/store" -o "$DISK/dist"
       ls -A "$DISK" "$DISK/store/v1/tmp" "$DISK/store/v1/locks" >"$RESULTS/left"
       digests "$DISK/dist" >"$RESULTS/again"; digests dist >"$RESULTS/expected"`,
    );
    const full = await result('full');
    expect(full).toMatchObject({ code: 1, out: '' });
    expect(full.err).toMatch(
      /^✖ (\[small\/[a-z/-]+\] )?DISK_FULL {2}(cannot [^\n]+: )?no space left for <dir>\/disk\/store\/v1\/[^\n]+\n {4}hint: free some space, or choose another place\n$/,
    );
    const again = await result('again');
    expect(again.code).toBe(0);
    expect(JSON.parse(again.out)).toMatchObject({ packages: 42, cached: expect.toSatisfy((cached) => cached > 0) });
    await expectSame('again', 'expected');
    const disk = join(small.dir, 'disk');
    expect(await readFile(join(small.dir, 'results/left'), 'utf8')).toBe(
      `${disk}:\ndist\nstore\n\n${disk}/store/v1/locks:\n\n${disk}/store/v1/tmp:\n`,
    );
  });

  test('under the output is one error that leaves the old release in place and nothing beside it', async () => {
    // Room for one release and a half.
    const { stdout } = await run('du', ['--summarize', '--block-size=1024', dist]);
    const result = await onSmallDisk(
      `${Math.ceil(Number.parseInt(stdout, 10) * 1.5)}k`,
      `cli one synth -o "$DISK/dist"
       digests "$DISK/dist" >"$RESULTS/one"
       cli two synth two.ts -o "$DISK/dist"
       digests "$DISK/dist" >"$RESULTS/after"
       ls -A "$DISK" >"$RESULTS/left"
       mount -o remount,ro "$DISK"
       cli readonly synth two.ts -o "$DISK/dist"
       digests "$DISK/dist" >"$RESULTS/after-readonly"
       mount -o remount,rw,size=64m "$DISK"
       cli again synth two.ts -o "$DISK/dist"
       cli verify verify "$DISK/dist"`,
    );
    expect(await result('one')).toMatchObject({ code: 0 });
    expect((await result('two')).err.replace(/dist\.distrokit-new\/\S+/, 'dist.distrokit-new/<file>'))
      .toMatchInlineSnapshot(`
      "✖ DISK_FULL  no space left for <dir>/disk/.dist.distrokit-new/<file>
          hint: free some space, or choose another place
      "
    `);
    expect((await result('readonly')).err).toMatchInlineSnapshot(`
      "✖ PERMISSION_DENIED  cannot access <dir>/disk: the file system is read-only
          hint: choose another place, or mount it writable
      "
    `);
    expect([(await result('two')).code, (await result('readonly')).code]).toEqual([1, 1]);
    await expectSame('after', 'one');
    await expectSame('after-readonly', 'one');
    expect(await readFile(join(small.dir, 'results/left'), 'utf8')).toBe('dist\n');
    expect(await result('again')).toMatchObject({ code: 0 });
    expect(await result('verify')).toMatchObject({ code: 0 });
  });

  async function expectSame(one: string, other: string): Promise<void> {
    const [a, b] = await Promise.all([one, other].map((name) => readFile(join(small.dir, 'results', name), 'utf8')));
    expect(a).toMatch(/^[0-9a-f]{64} .*\n/);
    expect(a).toBe(b);
  }
});

describe.skipIf(!isRoot || requireTools('go', 'setpriv'))('a user without permission', () => {
  const NOBODY = 65_534;
  const under = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'];
  let store: string;

  beforeAll(async () => {
    store = join(small.dir, 'nobody-store');
    await run('cp', ['-a', join(small.dir, 'store'), store]);
    await run('chown', ['-R', String(NOBODY), store]);
  });

  /** Runs a command as nobody; what it prints but for progress. */
  async function asNobody(args: readonly string[]): Promise<Pick<CliResult, 'code' | 'err'>> {
    const { code, err } = await small.cli(args, { under, env: { HOME: small.dir, DISTROKIT_STORE: store } });
    return { code, err: err.replaceAll(small.dir, '<dir>').replaceAll(/^(?!✖| {4}hint).*\n/gm, '') };
  }

  test('cannot replace a release where the directory above is not theirs', async () => {
    const before = await fileTree(dist);
    expect(await asNobody(['synth', 'two.ts'])).toMatchInlineSnapshot(`
      {
        "code": 1,
        "err": "✖ PERMISSION_DENIED  cannot access <dir>/app: permission denied
          hint: check its owner and its mode, and those of the directory it is in
      ",
      }
    `);
    expect(await fileTree(dist)).toEqual(before);
    expect((await readdir(small.appDir)).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test("cannot use somebody else's store", async () => {
    const output = join(small.dir, 'nobody-dist');
    await mkdir(output);
    await chown(output, NOBODY, NOBODY);
    expect(await asNobody(['synth', '-o', join(output, 'dist'), '--store', join(small.dir, 'store')]))
      .toMatchInlineSnapshot(`
      {
        "code": 1,
        "err": "✖ PERMISSION_DENIED  cannot access <dir>/store/v1/tmp: permission denied
          hint: check its owner and its mode, and those of the directory it is in
      ",
      }
    `);
  });

  test('cannot read a lock, a file or an app that is not theirs to read', async () => {
    for (const [name, code] of Object.entries(UNREADABLE)) {
      const file = join(small.appDir, name);
      await chmod(file, 0o600);
      const result = await asNobody(['synth', '-o', join(small.dir, 'never')]);
      await chmod(file, 0o644);
      expect(result.code, name).toBe(1);
      expect(result.err, name).toMatch(code);
    }
  });

  test('cannot write a lock where the directory is not theirs, and the old one stays', async () => {
    const file = join(small.appDir, 'distro.lock.json');
    const before = await readFile(file, 'utf8');
    await small.writeApp({ replace: { "version: '7.0.1'": "version: '7.0.2'" } });
    expect(await asNobody(['lock'])).toMatchInlineSnapshot(`
      {
        "code": 1,
        "err": "✖ PERMISSION_DENIED  cannot access <dir>/app/distro.lock.json: permission denied
          hint: check its owner and its mode, and those of the directory it is in
      ",
      }
    `);
    expect(await readFile(file, 'utf8')).toBe(before);
    await small.writeApp();
  });

  test('can use what is theirs', async () => {
    const output = join(small.dir, 'nobody');
    await mkdir(output);
    await chown(output, NOBODY, NOBODY);
    expect(await asNobody(['synth', '-o', join(output, 'dist')])).toMatchObject({ code: 0 });
    expect(await fileTree(join(output, 'dist'))).toEqual(expected);
  });
});

const UNREADABLE: Readonly<Record<string, RegExp>> = {
  'distro.lock.json': /^✖ PERMISSION_DENIED {2}[^\n]*distro\.lock\.json/,
  'files/notes': /^✖ \[small\/notes\] PERMISSION_DENIED {2}[^\n]*files\/notes/,
  'distro.ts': /^✖ (PERMISSION_DENIED|APP_[A-Z_]+) {2}[^\n]*distro\.ts/,
};
