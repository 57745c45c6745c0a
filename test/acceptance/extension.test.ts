import { existsSync } from 'node:fs';
import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fileTree } from '../support/file-tree.ts';
import { outsideProject } from '../support/outside-project.ts';
import { installPacked, type PackedPackage, packWorkspaces } from '../support/packed.ts';
import { type CliResult, runNode } from '../support/run-cli.ts';
import { type SmallDistro, smallDistro, writeFiles } from '../support/small-distro.ts';
import { requireTools } from '../support/tools.ts';

const TSC = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url));

let dir: string;
let packages: readonly PackedPackage[];

beforeAll(async () => {
  dir = await mkdtemp(join(await realpath(tmpdir()), 'outside-'));
  packages = await packWorkspaces(join(dir, 'packed'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

describe('the packages that npm publishes', () => {
  const filesOf = (name: string): readonly string[] =>
    packages.find((packed) => packed.name === name)?.files.map(({ path }) => path) ?? [];

  test('are three, each with its licence and page, and without tests and leftovers of the build', () => {
    expect(packages.map(({ name }) => name).sort()).toEqual(['@distrokit/addons', '@distrokit/cli', '@distrokit/core']);
    for (const { name, files } of packages) {
      const paths = files.map(({ path }) => path);
      expect(paths, name).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json']));
      expect(
        paths.filter((path) => /\.test\.|tsbuildinfo|(^|\/)\.|^scripts\//.test(path)),
        name,
      ).toEqual([]);
      expect(new Set(paths.map((path) => path.split('/')[0])), name).toEqual(
        new Set(['LICENSE', 'README.md', 'package.json', 'dist', 'src', ...(EXTRA[name] ?? [])]),
      );
    }
  });

  test('hold all that their entries, and the maps of their sources, name', async () => {
    for (const { name } of packages) {
      const paths = new Set(filesOf(name));
      const entries = entryFiles(await manifestOf(name));
      expect(entries.length, name).toBeGreaterThanOrEqual(3);
      expect(
        entries.filter((entry) => !paths.has(entry)),
        name,
      ).toEqual([]);
      // What a debugger and an editor open: without sources, both show compiled text.
      const maps = [...paths].filter((path) => path.endsWith('.js.map') && existsSync(sourceOf(name, path)));
      expect(maps.length, name).toBeGreaterThan(0);
      expect(
        maps.filter((path) => !paths.has(path.replace(/^dist\/(.*)\.js\.map$/, 'src/$1.ts'))),
        name,
      ).toEqual([]);
    }
  });

  test('hold the schemas, and a command that can be run', () => {
    const schemas = filesOf('@distrokit/core').filter((path) => path.startsWith('schemas/'));
    expect(schemas).toEqual(['distro.lock', 'plan', 'release', 'tree'].map((name) => `schemas/${name}.schema.json`));
    const bin = packages.flatMap(({ files }) => files).find(({ path }) => path === 'bin/distrokit.js');
    expect((bin?.mode ?? 0) & 0o111).toBe(0o111);
  });
});

const EXTRA: Readonly<Record<string, readonly string[]>> = {
  '@distrokit/core': ['schemas'],
  '@distrokit/cli': ['bin'],
};

interface Manifest {
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly bin?: Readonly<Record<string, string>>;
}

async function manifestOf(name: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(workspaceOf(name), 'package.json'), 'utf8')) as Manifest;
}

/** The files that a package's `exports` and `bin` name, but for patterns. */
function entryFiles({ exports, bin = {} }: Manifest): readonly string[] {
  const targets = Object.values(exports).flatMap((entry) =>
    typeof entry === 'string' ? [entry] : Object.values(entry),
  );
  return [...targets, ...Object.values(bin)]
    .filter((target) => !target.includes('*'))
    .map((target) => target.replace(/^\.\//, ''));
}

function workspaceOf(name: string): string {
  return fileURLToPath(new URL(`../../packages/${name.replace('@distrokit/', '')}`, import.meta.url));
}

/** The source of a compiled file; what was compiled of a source that is gone has none. */
function sourceOf(name: string, map: string): string {
  return join(workspaceOf(name), map.replace(/^dist\/(.*)\.js\.map$/, 'src/$1.ts'));
}

describe.skipIf(requireTools('go'))('a project outside of the repository, with subclasses of its own', () => {
  let server: SmallDistro;
  let project: string;
  let env: Readonly<Record<string, string>>;

  beforeAll(async () => {
    server = await smallDistro();
    project = join(dir, 'project');
    env = { DISTROKIT_STORE: join(dir, 'store') };
    await installPacked(project, packages, { constructs: '10.8.1', zod: '4.6.7', '@types/node': '24.19.2' });
    await writeFiles(project, outsideProject(server.origin));
    expect(await distrokit('lock')).toMatchObject({ code: 0 });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  /** The command as npm installed it there. */
  const distrokit = (...args: readonly string[]): Promise<CliResult> =>
    runNode([join(project, 'node_modules/.bin/distrokit'), ...args], { cwd: project, env });

  test('type-checks against the published types, which refuse what is wrong', async () => {
    expect(await runNode([TSC, '-p', project], { cwd: project })).toEqual({ code: 0, out: '', err: '' });
    const wrong = await readFile(join(project, 'wrong.ts'), 'utf8');
    await writeFile(
      join(project, 'wrong.ts'),
      wrong.replace("{ kind: 'storage' }", "{ kind: 'storage', version: '1.0.0' }"),
    );
    const unused = await runNode([TSC, '-p', project], { cwd: project });
    expect(unused.out).toContain("wrong.ts(7,3): error TS2578: Unused '@ts-expect-error' directive.");
  });

  test('is made into a release by the installed command', async () => {
    expect(await distrokit('synth')).toMatchObject({ code: 0, err: expect.stringContaining('✔ dist/  9 packages') });
    expect(await distrokit('verify')).toMatchObject({ code: 0 });
    const tree = await distrokit('tree');
    for (const line of ['lantern Lantern', 'lamp Lamp', 'tunnel Tunnel', 'dashboard Dashboard'])
      expect(tree.out).toContain(line);
    const explained = await distrokit('explain', 'lantern/lamp');
    expect(explained.out).toContain('packages/amd64/lamp_0.1.0-1_amd64.deb');
    const manifest = await readFile(join(project, 'dist/manifests/dashboard/0001-deployment-dashboard.yaml'), 'utf8');
    expect(manifest).toMatch(/image: registry\.lantern\.example\/dashboard:v3\.1\.0@sha256:[0-9a-f]{64}\n/);
  });

  test('is a program: node distro.ts synth makes the same release', async () => {
    const program = await runNode(['distro.ts', 'synth', '-o', 'program'], { cwd: project, env });
    expect(program).toMatchObject({ code: 0 });
    expect(await fileTree(join(project, 'program'))).toEqual(await fileTree(join(project, 'dist')));
  });

  test("is told of its own constructs' problems with their paths", async () => {
    const files = outsideProject(server.origin);
    await writeFiles(project, {
      'lantern.ts': (files['lantern.ts'] ?? '').replace('replicas: 2', 'replicas: 4').replace('mtu: 1400', 'mtu: 5'),
    });
    const both = await distrokit('synth', '-o', 'never');
    expect(both).toMatchInlineSnapshot(`
      {
        "code": 1,
        "err": "✖ [lantern/dashboard] VALIDATION  4 replicas are too many
          hint: take 3
      ✖ [lantern/tunnel] VALIDATION  an mtu of 5 is too small
      2 problems, nothing was written
      ",
        "out": "",
      }
    `);
    await writeFiles(project, {
      'lantern.ts': (files['lantern.ts'] ?? '').replace('replicas: 2', "replicas: 'two' as never"),
    });
    expect((await distrokit('synth', '-o', 'never')).err).toMatchInlineSnapshot(`
      "✖ [lantern/dashboard] PROPS_INVALID  replicas: invalid input: expected number, received string
      1 problem, nothing was written
      "
    `);
    expect(existsSync(join(project, 'never'))).toBe(false);
    await writeFiles(project, files);
  });

  test('finds every entry of the packages, and the schemas', async () => {
    const entries = ['core', 'core/toolkit', 'core/testing', 'addons', 'cli'].map((entry) => `@distrokit/${entry}`);
    const script = `
      const names = await Promise.all(${JSON.stringify(entries)}.map(async (entry) => Object.keys(await import(entry)).length > 0));
      const schema = await import('@distrokit/core/schemas/release.schema.json', { with: { type: 'json' } });
      console.log(JSON.stringify([...names, schema.default.type]));`;
    const { code, out } = await runNode(['--input-type=module', '--eval', script], { cwd: project });
    expect({ code, out: JSON.parse(out) as unknown }).toEqual({
      code: 0,
      out: [true, true, true, true, true, 'object'],
    });
  });
});
