import { mkdir, mkdtemp, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { loadApp } from './load-app.ts';
import { CommandError } from './problems.ts';

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(await realpath(tmpdir()), 'load-app-test-'));
});

afterEach(async () => {
  await rm(dir, { recursive: true });
});

/** What stands for an App: the brand by which one is known, and a distribution. */
const APP = "{ [Symbol.for('distrokit.App')]: true, distros: ['harbor'], seen }";

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, name)), { recursive: true });
    await writeFile(join(dir, name), text);
  }
}

const load = (file = 'distro.ts') => loadApp(file, { cwd: dir });

async function seenBy(file?: string): Promise<unknown> {
  const { app } = await load(file);
  return (app as unknown as { readonly seen: unknown }).seen;
}

async function problemsOf(loading: Promise<unknown>): Promise<CommandError['problems']> {
  const error = await loading.catch((thrown: unknown) => thrown);
  if (!(error instanceof CommandError)) throw new Error('it did not fail with a CommandError', { cause: error });
  return error.problems;
}

describe('an app', () => {
  test('is TypeScript that may use what types alone cannot be stripped from', async () => {
    await write({ 'distro.ts': `enum Size { Small = 1 }\nconst seen: Size = Size.Small;\nexport default ${APP};\n` });
    const loaded = await load();
    expect(loaded).toMatchObject({ app: { seen: 1 }, file: join(dir, 'distro.ts'), dir });
  });

  test('may be JavaScript', async () => {
    await write({ 'distro.mjs': `const seen = 'js';\nexport default ${APP};\n` });
    expect(await seenBy('distro.mjs')).toBe('js');
  });

  test('imports its own files, JSON and packages, of which there is one copy', async () => {
    await write({
      'node_modules/counter/package.json':
        '{ "name": "counter", "exports": { "source": "./none.js", "import": "./esm.js" }, "type": "module" }',
      'node_modules/counter/esm.js':
        'globalThis.loadedCounter = (globalThis.loadedCounter ?? 0) + 1;\nexport const count = globalThis.loadedCounter;\n',
      'lib/part.ts': "export { count } from 'counter';\n",
      'lib/data.json': '{ "a": [1] }',
      'distro.ts': `import { count } from 'counter';\nimport { count as again } from './lib/part.ts';\nimport data from './lib/data.json';\nimport { sep } from 'node:path';\nconst seen = [count, again, data.a, sep];\nexport default ${APP};\n`,
    });
    expect(await seenBy()).toEqual([1, 1, [1], '/']);
  });

  test('knows where each of its files stands', async () => {
    await write({
      'lib/where.ts':
        'export const where = [import.meta.url, import.meta.dirname, import.meta.filename, import.meta.main];\n',
      'distro.ts': `import { where } from './lib/where.ts';\nconst seen = [import.meta.dirname, ...where];\nexport default ${APP};\n`,
    });
    const file = join(dir, 'lib/where.ts');
    expect(await seenBy()).toEqual([dir, pathToFileURL(file).href, join(dir, 'lib'), file, false]);
  });

  test('is loaded with the conditions that Node was started with', async () => {
    await write({
      'node_modules/dual/package.json':
        '{ "name": "dual", "exports": { "source": "./source.mjs", "default": "./built.mjs" } }',
      'node_modules/dual/source.mjs': "export const from = 'source';\n",
      'node_modules/dual/built.mjs': "export const from = 'built';\n",
      'distro.ts': `import { from as seen } from 'dual';\nexport default ${APP};\n`,
    });
    const { app } = await loadApp('distro.ts', { cwd: dir, conditions: ['source'] });
    expect(app).toMatchObject({ seen: 'source' });
    expect(await seenBy()).toBe('built');
  });

  test('is loaded anew each time, and leaves no file behind', async () => {
    // A temporary directory of its own: others load apps at the same time.
    const scratch = await mkdtemp(join(tmpdir(), 'load-app-scratch-'));
    vi.stubEnv('TMPDIR', scratch);
    onTestFinished(async () => {
      vi.unstubAllEnvs();
      await rm(scratch, { recursive: true });
    });
    await write({ 'distro.ts': `const seen = 1;\nexport default ${APP};\n` });
    expect(await seenBy()).toBe(1);
    await write({ 'distro.ts': `const seen = 2;\nexport default ${APP};\n` });
    expect(await seenBy()).toBe(2);
    await write({ 'distro.ts': 'throw new Error();\n' });
    await problemsOf(load());
    expect(await readdir(scratch)).toEqual([]);
  });
});

describe('errors', () => {
  test('a missing file', async () => {
    expect(await problemsOf(load('nowhere/distro.ts'))).toMatchObject([
      { code: 'APP_NOT_FOUND', message: 'there is no file nowhere/distro.ts' },
    ]);
    expect(await problemsOf(load('.'))).toMatchObject([{ code: 'APP_NOT_FOUND', message: '. is not a file' }]);
  });

  test('every syntax error is named with its place', async () => {
    await write({
      'distro.ts': "import './a.ts';\nimport './b.ts';\n",
      'a.ts': 'const a = = 1;\n',
      'b.ts': '\n  let a = ;\n',
    });
    expect((await problemsOf(load())).map(({ code, message }) => `${code} ${message}`)).toEqual([
      'APP_SYNTAX a.ts:1:11: unexpected "="',
      'APP_SYNTAX b.ts:2:11: unexpected ";"',
    ]);
  });

  test('a syntax error in a file that uses import.meta has its own place too', async () => {
    await write({ 'distro.ts': 'const here = import.meta.dirname;\nconst a = = 1;\n' });
    expect(await problemsOf(load())).toMatchObject([{ code: 'APP_SYNTAX', message: 'distro.ts:2:11: unexpected "="' }]);
  });

  test('imports that lead nowhere', async () => {
    await write({
      'distro.ts':
        "import a from '@scope/name/part';\nimport b from 'left-pad';\nimport c from './c.ts';\nexport default [a, b, c];\n",
    });
    expect(await problemsOf(load())).toEqual([
      {
        code: 'APP_SYNTAX',
        message: 'distro.ts:1:15: could not resolve "@scope/name/part"',
        hint: 'npm install @scope/name',
      },
      { code: 'APP_SYNTAX', message: 'distro.ts:2:15: could not resolve "left-pad"', hint: 'npm install left-pad' },
      {
        code: 'APP_SYNTAX',
        message: 'distro.ts:3:15: could not resolve "./c.ts"',
        hint: 'check the path, its extension and its letters',
      },
    ]);
  });

  test('an app that throws is named by its own line, through types, files and awaits', async () => {
    await write({
      'lib/boom.ts':
        'interface Long {\n  readonly a: string;\n}\n\nexport async function boom(long: Long): Promise<never> {\n  await undefined;\n  throw new RangeError(`no ${long.a}`);\n}\n',
      'distro.ts': "import { boom } from './lib/boom.ts';\n\nexport default await boom({ a: 'way' });\n",
    });
    expect(await problemsOf(load())).toMatchObject([
      { code: 'APP_FAILED', message: 'lib/boom.ts:7:9: RangeError: no way' },
    ]);
  });

  test('what a package throws is named by the line that called it', async () => {
    await write({
      'node_modules/thrower/index.mjs': "export const thrower = () => {\n  throw new Error('from within');\n};\n",
      'node_modules/thrower/package.json': '{ "name": "thrower", "exports": "./index.mjs" }',
      'distro.ts':
        "import { thrower } from 'thrower';\ntype Padding = string;\n\nexport default thrower() as Padding;\n",
    });
    expect(await problemsOf(load())).toMatchObject([{ code: 'APP_FAILED', message: 'distro.ts:4:16: from within' }]);
  });

  test("an error of distrokit's keeps its code, construct and hint", async () => {
    await write({
      'distro.ts':
        "class Other extends Error {\n  name = 'DistroError';\n  code = 'KERNEL_COUNT';\n  path = 'harbor';\n  hint = 'add one';\n}\nthrow new Other('there is no Kernel');\n",
    });
    expect(await problemsOf(load())).toEqual([
      { code: 'KERNEL_COUNT', message: 'distro.ts:7:7: there is no Kernel', path: 'harbor', hint: 'add one' },
    ]);
  });

  test('a thrown value that is no error', async () => {
    await write({ 'distro.ts': "throw { reason: 'odd' };\n" });
    expect(await problemsOf(load())).toMatchObject([
      { code: 'APP_FAILED', message: "distro.ts: the app threw { reason: 'odd' }" },
    ]);
  });

  test('no default export, or one of something else', async () => {
    await write({
      'distro.ts': `const seen = 1;\nexport const harbor = ${APP};\n`,
      'other.ts': 'export default 42;\n',
    });
    expect(await problemsOf(load())).toEqual([
      { code: 'APP_NO_EXPORT', message: 'distro.ts has no default export', hint: 'add: export default harbor;' },
    ]);
    expect(await problemsOf(load('other.ts'))).toEqual([
      {
        code: 'APP_NO_EXPORT',
        message: 'other.ts exports something else than an App as its default',
        hint: 'add: export default app;',
      },
    ]);
  });

  test('an App without a Distro', async () => {
    await write({ 'distro.ts': "export default { [Symbol.for('distrokit.App')]: true, distros: [] };\n" });
    expect(await problemsOf(load())).toMatchObject([
      { code: 'APP_EMPTY', message: 'the App of distro.ts holds no Distro' },
    ]);
  });

  test('lines are right when the app is reached through a link', async () => {
    await write({ 'real/distro.ts': "type A = 1;\n\nthrow new Error('x' as string);\n" });
    await symlink(join(dir, 'real'), join(dir, 'linked'));
    expect(await problemsOf(load('linked/distro.ts'))).toMatchObject([
      { code: 'APP_FAILED', message: 'real/distro.ts:3:7: x' },
    ]);
  });
});
