import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type CliResult, runCli, runNode } from '../support/run-cli.ts';
import { linkPackages, type TinyDistro, tinyDistro } from '../support/tiny-distro.ts';

interface ProblemJson {
  readonly code: string;
  readonly message: string;
  readonly path?: string;
  readonly hint?: string;
}

function problemsIn({ out }: CliResult): readonly ProblemJson[] {
  return (JSON.parse(out) as { readonly problems: readonly ProblemJson[] }).problems;
}

describe('from the app to the release', () => {
  let tiny: TinyDistro;
  const cli = (...args: readonly string[]) => runCli(args, { cwd: tiny.dir, env: tiny.env });
  const json = async (...args: readonly string[]) =>
    JSON.parse((await cli(...args, '--json')).out) as Record<string, unknown>;

  beforeAll(async () => {
    tiny = await tinyDistro();
  });
  afterAll(async () => {
    await tiny[Symbol.asyncDispose]();
  });

  test('without a lock, every source is a problem of its construct and nothing is written', async () => {
    const result = await cli('synth', '--json');
    expect(result.code).toBe(1);
    const problems = problemsIn(result);
    expect(problems.map(({ path }) => path)).toContain('tiny/kernel/kubelet');
    expect(new Set(problems.map(({ code, hint }) => `${code}: ${hint}`))).toEqual(
      new Set(['SOURCE_NOT_LOCKED: distrokit lock']),
    );
    expect(problems).toHaveLength(7);

    const { err } = await cli('synth');
    expect(err).toContain('✖ [tiny/kernel/kubelet] SOURCE_NOT_LOCKED  ');
    expect(err).toMatch(/\n7 problems, nothing was written\n$/);
    expect(existsSync(join(tiny.dir, 'dist'))).toBe(false);
    expect(problemsIn(await cli('outdated', '--json'))).toMatchObject([{ code: 'LOCK_MISSING' }]);
  });

  test('lock pins the sources, and a second time changes nothing', async () => {
    const first = await json('lock');
    expect(first).toMatchObject({ file: join(tiny.dir, 'distro.lock.json'), sources: 7 });
    expect(first['changes']).toHaveLength(7);
    const before = await readFile(join(tiny.dir, 'distro.lock.json'), 'utf8');
    expect(await json('lock')).toMatchObject({ sources: 7, changes: [] });
    expect(await readFile(join(tiny.dir, 'distro.lock.json'), 'utf8')).toBe(before);
    expect(await cli('outdated', '--json')).toMatchObject({ code: 0 });
  });

  test('update moves named pins only', async () => {
    expect(await json('update', 'tiny/kernel/kubelet')).toMatchObject({ sources: 7, changes: [] });
    expect(await json('update', '--app', 'distro.ts')).toMatchObject({ sources: 7, changes: [] });
    expect(await cli('update', 'nobody')).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringContaining("USAGE  no source is called 'nobody'") as string,
    });
  });

  test('plan says why each step runs', async () => {
    const { code, out, err } = await cli('plan');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('[tiny/kernel/kubelet]\n      never built\n');
    const { steps } = (await json('plan')) as {
      readonly steps: readonly { readonly cached: boolean; readonly reasons: readonly string[] }[];
    };
    expect(steps.length).toBeGreaterThanOrEqual(14);
    expect(steps.every(({ cached, reasons }) => !cached && reasons.length > 0)).toBe(true);
  });

  test('synth builds the release, and says what it made and what to do next', async () => {
    const { code, out, err } = await cli('synth');
    expect({ code, out }).toEqual({ code: 0, out: '' });
    expect(err).toMatch(/^tiny 1\.0\.0 · kernel 1\.36\.3 · amd64\n/);
    expect(err).toMatch(/ {2}✔ packages {5}7 of 7\n/);
    expect(err).toMatch(
      /\n✔ dist\/ {2}7 packages · 3 images {3}\d+\.\d s\n {2}next: distrokit verify · distrokit list · distrokit explain packages\/amd64\/\S+\.deb\n$/,
    );
  });

  test('the second synth finds everything in the store', async () => {
    const before = await stat(join(tiny.dir, 'dist/release.json'));
    const summary = await json('synth');
    expect(summary).toMatchObject({
      output: join(tiny.dir, 'dist'),
      distro: 'tiny',
      version: '1.0.0',
      packages: 7,
      images: 3,
    });
    expect(summary['cached']).toBe(summary['steps']);
    expect((await stat(join(tiny.dir, 'dist/release.json'))).ino).toBe(before.ino);
    expect((await cli('synth', '--quiet')).err).toBe('');
  });

  test('list, tree and explain read the release', async () => {
    const list = await cli('list');
    expect(list).toMatchObject({ code: 0, err: '' });
    expect(list.out).toMatch(/^ {2}kubelet +1\.36\.3-1 +amd64 +deb +\d.* +tiny\/kernel\/kubelet\/package$/m);
    expect(await json('list')).toMatchObject({
      images: ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'].map((name) => ({ name, tag: 'v1.36.3' })),
      packages: expect.arrayContaining([expect.objectContaining({ name: 'kubelet' })]) as unknown,
    });

    const tree = await cli('tree');
    expect(tree.out).toMatch(/^tiny Distro\n├─ amd64 Arch\n└─ kernel Kernel\n {3}├─ kube-apiserver Component\n/);
    expect(await json('tree')).toMatchObject({ id: 'tiny', kind: 'Distro' });

    const { packages } = (await json('list')) as { readonly packages: readonly { readonly file: string }[] };
    const file = packages.find((made) => made.file.includes('kubelet'))?.file ?? '';
    expect((await cli('explain', file)).out).toContain('tiny/kernel/kubelet');
    expect((await cli('explain', 'tiny/kernel')).out).toContain(file);
    const { images } = (await json('list')) as { readonly images: readonly { readonly digest: string }[] };
    const index = await cli('explain', images[0]?.digest.replace('sha256:', '') ?? '');
    expect(index.out).toMatch(/\n {2}made by +tiny\/kernel\/kube-apiserver\/image\n/);
    expect(index.out).toMatch(/\n {2}image +kube-apiserver:v1\.36\.3 for linux\/amd64\n/);
    expect(await cli('explain', 'nothing')).toMatchObject({ code: 1, out: '' });
  });

  test('verify accepts the release, and finds a changed byte', async () => {
    expect(await cli('verify')).toMatchObject({ code: 0 });
    const { packages } = (await json('list')) as { readonly packages: readonly { readonly file: string }[] };
    const file = join(tiny.dir, 'dist', packages[0]?.file ?? '');
    const bytes = await readFile(file);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    await writeFile(file, bytes);
    const result = await cli('verify', '--json');
    expect(result.code).toBe(1);
    // The package, and the same file in the pool of the repository.
    const changed = { code: 'DIGEST_MISMATCH', path: expect.stringContaining('tiny/kernel/') as string };
    expect(problemsIn(result)).toMatchObject([changed, changed]);
    expect(await cli('verify', 'nowhere')).toMatchObject({
      code: 1,
      err: expect.stringContaining('RELEASE_NOT_FOUND') as string,
    });
  });

  test('node distro.ts is distrokit with that app', async () => {
    const program = (...args: readonly string[]) => runNode(['distro.ts', ...args], { cwd: tiny.dir, env: tiny.env });
    expect((await program('plan')).out).toBe((await cli('plan')).out);
    expect(await program('synth', '-o', 'other')).toMatchObject({
      code: 0,
      err: expect.stringContaining('✔ other/') as string,
    });
    expect(await program('snyth')).toMatchObject({
      code: 2,
      err: expect.stringContaining('did you mean synth?') as string,
    });
    expect(await program('plan', 'other.ts')).toMatchObject({
      code: 2,
      err: expect.stringContaining('USAGE') as string,
    });
    await writeFile(join(tiny.dir, 'uses.ts'), "import app from './distro.ts';\nconsole.log(app.distros.length);\n");
    expect(await runNode(['uses.ts', 'plan'], { cwd: tiny.dir, env: tiny.env })).toEqual({
      code: 0,
      out: '1\n',
      err: '',
    });
  });

  test('doctor and store gc', async () => {
    const result = await cli('doctor', '--json');
    const { findings } = JSON.parse(result.out) as {
      readonly findings: readonly { readonly name: string; readonly status: string; readonly needed: boolean }[];
    };
    expect(findings.find(({ name }) => name === 'node')).toMatchObject({ status: 'ok', needed: true });
    expect(findings.find(({ name }) => name === 'go')).toMatchObject({ needed: false });
    expect(await json('store', 'gc')).toEqual({ store: join(tiny.dir, 'store'), blobs: 0, bytes: 0 });
  });
});

describe('what goes wrong outside', () => {
  let tiny: TinyDistro;
  const cli = (...args: readonly string[]) => runCli(args, { cwd: tiny.dir, env: tiny.env });

  beforeEach(async () => {
    tiny = await tinyDistro();
    await cli('lock');
  });
  afterEach(async () => {
    await tiny[Symbol.asyncDispose]();
  });

  test('other bytes than the lock pins', async () => {
    tiny.serve((response, content) => void response.end(content.replace('echo', 'evil')));
    const result = await cli('synth', '--json');
    expect(result.code).toBe(1);
    expect(problemsIn(result)).toMatchObject([
      { code: 'DIGEST_MISMATCH', path: expect.stringMatching(/^tiny\/kernel\//) as string },
    ]);
    expect(existsSync(join(tiny.dir, 'dist'))).toBe(false);
  });

  test('Ctrl-C stops, and the next run goes on', async () => {
    let waiting = () => {};
    const requested = new Promise<void>((resolve) => (waiting = resolve));
    // It begins to answer and then says nothing more.
    tiny.serve((response) => {
      response.write('#');
      waiting();
    });
    const result = await runCli(['synth'], {
      cwd: tiny.dir,
      env: tiny.env,
      onStart: (child) => void requested.then(() => child.kill('SIGINT')),
    });
    expect(result.code).toBe(130);
    expect(result.err).toMatch(
      /✖ CANCELLED {2}stopped before it was done\n {4}hint: the same command goes on where this one stopped\n$/,
    );
    expect(existsSync(join(tiny.dir, 'dist'))).toBe(false);
    tiny.serve(undefined);
    expect(await cli('synth')).toMatchObject({ code: 0 });
  });

  test('an output that is not a release is left alone', async () => {
    expect(await cli('synth', '-o', '.')).toMatchObject({
      code: 1,
      err: expect.stringContaining('OUTPUT_NOT_A_RELEASE') as string,
    });
    expect(existsSync(join(tiny.dir, 'distro.ts'))).toBe(true);
  });
});

const CYCLE = `kernel.component('kubelet').node.addDependency(kernel.component('kubectl'));
kernel.component('kubectl').node.addDependency(kernel.component('kubelet'));`;

/** An app with a further component of some source. */
function component(source: string): { readonly body: string } {
  return { body: `new Component(tiny, 'extra', { version: '1.0.0', source: ${source} });` };
}

describe('bad apps end in one clear error and no output', () => {
  let tiny: TinyDistro;

  beforeAll(async () => {
    tiny = await tinyDistro();
    await tiny.writeApp();
    await runCli(['lock'], { cwd: tiny.dir, env: tiny.env });
  });
  afterAll(async () => {
    await tiny[Symbol.asyncDispose]();
  });

  const extra = (props: string) => ({
    body: `new Package(tiny, 'extra', { version: '1.0.0', summary: 'x', ${props} });`,
  });

  test.each([
    ['an unknown kernel version', { replace: { '1.36.3': '2.0.0' } }, 'KERNEL_UNKNOWN', 'tiny/kernel'],
    [
      'an arch that a source is not published for',
      component("url({ x: 'http://127.0.0.1/x' }, { arches: ['arm64'] })"),
      'ARCH_UNSUPPORTED',
      'tiny/extra',
    ],
    ['an unknown arch', { replace: { "'amd64'": "'sparc' as never" } }, 'ARCH_UNSUPPORTED', 'tiny/sparc'],
    ['a package name that Debian refuses', extra("name: 'Bad_Name'"), 'NAME_INVALID', 'tiny/extra'],
    [
      'a package version that does not parse',
      { body: "new Package(tiny, 'extra', { version: 'one', summary: 'x' });" },
      'VERSION_INVALID',
      'tiny/extra',
    ],
    ['a path with ..', extra("files: { '/etc/../x': text('x') }"), 'PATH_INVALID', 'tiny/extra'],
    [
      'a newline in a control field',
      { body: "new Package(tiny, 'extra', { version: '1.0.0', summary: 'a\\nb' });" },
      'TEXT_INVALID',
      'tiny/extra',
    ],
    ['two owners of one file', extra("files: { '/usr/bin/kube-proxy': text('x') }"), 'FILE_COLLISION', 'tiny/extra'],
    ['a cycle', { body: CYCLE }, 'DEPENDENCY_CYCLE', undefined],
    ['a file that is not there', component("file('nowhere')"), 'SOURCE_FILE_MISSING', 'tiny/extra'],
    [
      'no kernel',
      { replace: { "new Kernel(tiny, 'kernel'": "((..._: unknown[]) => {})(tiny, 'kernel'" } },
      'KERNEL_COUNT',
      'tiny',
    ],
    ['an app that throws', { body: "throw new Error('on purpose');" }, 'APP_FAILED', undefined],
    ['an app that exports nothing', { replace: { 'export default app;': '' } }, 'APP_NO_EXPORT', undefined],
    ['an app that does not parse', { body: 'const = 1;' }, 'APP_SYNTAX', undefined],
  ])('%s', async (_case, changes, code, path) => {
    await tiny.writeApp(changes);
    const result = await runCli(['synth', '--json'], { cwd: tiny.dir, env: tiny.env });
    expect(result.code).toBe(1);
    expect(problemsIn(result)).toMatchObject([path === undefined ? { code } : { code, path }]);
    expect(existsSync(join(tiny.dir, 'dist'))).toBe(false);
  });

  test('an import of what a package does not export', async () => {
    await tiny.writeApp({ body: 'console.log(Nope$);', replace: { 'import { App,': 'import {\n  App,\n  Nope$,' } });
    const [problem] = problemsIn(await runCli(['synth', '--json'], { cwd: tiny.dir, env: tiny.env }));
    expect(problem).toMatchObject({ code: 'APP_SYNTAX', hint: expect.stringContaining('check the name') as string });
    expect(problem?.message).toMatch(/^distro\.ts:3:3: .*packages\/core\/dist\/index\.js has no export named Nope\$$/);
  });

  test('each names its place in the app', async () => {
    await tiny.writeApp({ body: "\nthrow new Error('on purpose');" });
    const line =
      (await readFile(join(tiny.dir, 'distro.ts'), 'utf8')).split('\n').findIndex((text) => text.startsWith('throw')) +
      1;
    const { err } = await runCli(['synth'], { cwd: tiny.dir, env: tiny.env });
    expect(err).toBe(
      `✖ APP_FAILED  distro.ts:${line}:7: on purpose\n    hint: the app threw while it was loaded; --debug prints the stack\n1 problem, nothing was written\n`,
    );
  });
});

describe('init distro', () => {
  test('makes a project that type-checks and passes its own tests', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'init-distro-'));
    try {
      const project = join(dir, 'my-distro');
      expect(await runCli(['init', 'distro', 'my-distro'], { cwd: dir })).toMatchObject({ code: 0, out: '' });
      await linkPackages(project);
      expect(await runNode(['--test'], { cwd: project })).toMatchObject({
        code: 0,
        out: expect.stringContaining('pass 1') as string,
      });
      const tsc = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url));
      const types = fileURLToPath(new URL('../../node_modules/@types', import.meta.url));
      expect(await runNode([tsc, '-p', '.', '--typeRoots', types], { cwd: project })).toEqual({
        code: 0,
        out: '',
        err: '',
      });
      expect(problemsIn(await runCli(['plan', '--json'], { cwd: project }))[0]).toMatchObject({
        code: 'SOURCE_NOT_LOCKED',
      });
    } finally {
      await rm(dir, { recursive: true });
    }
  });
});
