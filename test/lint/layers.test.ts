import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

const BASE = ['errors', 'model'];
const FORMATS = [...BASE, 'formats', 'manifests', 'installers', 'repos'];
const OUTSIDE = [...FORMATS, 'store', 'sources', 'lock', 'registry', 'supply-chain'];

/** Each folder of core and what it may import besides itself: the picture in docs/architecture.md. */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  model: ['errors'],
  formats: BASE,
  manifests: BASE,
  installers: [...BASE, 'manifests'],
  repos: [...BASE, 'formats'],
  constructs: BASE,
  store: OUTSIDE,
  sources: OUTSIDE,
  lock: OUTSIDE,
  registry: OUTSIDE,
  'supply-chain': OUTSIDE,
  plan: OUTSIDE,
  build: [...OUTSIDE, 'plan'],
  release: [...OUTSIDE, 'plan', 'build'],
  publish: [...OUTSIDE, 'plan', 'build', 'release'],
  toolkit: [...OUTSIDE, 'plan', 'build', 'release', 'publish', 'constructs'],
  testing: [...OUTSIDE, 'plan', 'build', 'release', 'publish', 'constructs', 'toolkit'],
};

const PURE = ['errors', 'model', 'formats', 'manifests', 'installers', 'repos', 'constructs'];
const IMPURE_MODULES = [
  'node:child_process',
  'node:fs',
  'node:fs/promises',
  'node:http',
  'node:https',
  'node:net',
  'node:os',
  'node:tls',
  'undici',
];

/** Lints files in a workspace of their own. Returns `file: rule` for each finding of `rules`, sorted. */
async function lint(files: Readonly<Record<string, string>>, ...rules: readonly string[]): Promise<readonly string[]> {
  const dir = await mkdtemp(join(tmpdir(), 'layers-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  await copyFile(join(root, '.oxlintrc.json'), join(dir, '.oxlintrc.json'));
  await writeFile(
    join(dir, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: { strict: true, module: 'nodenext' } }),
  );
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, file)), { recursive: true });
    await writeFile(join(dir, file), text);
  }
  const report = await new Promise<string>((resolve) => {
    execFile(
      join(root, 'node_modules/.bin/oxlint'),
      ['--format', 'json'],
      { cwd: dir, maxBuffer: 1 << 26 },
      (_, stdout) => resolve(stdout),
    );
  });
  const { diagnostics } = JSON.parse(report) as { diagnostics: readonly { code: string; filename: string }[] };
  const findings = diagnostics.map(({ code, filename }) => ({
    file: filename,
    rule: /\((.*)\)/.exec(code)?.[1] ?? code,
  }));
  const wanted = findings.filter(({ rule }) => rules.includes(rule));
  return [...new Set(wanted.map(({ file, rule }) => `${file}: ${rule}`))].sort();
}

const importing = (specifier: string): string => `import { x } from '${specifier}';\nexport const y: unknown = x;\n`;

const core = (layer: string, name: string): string => `packages/core/src/${layer}/${name}.ts`;

describe('the layers of core', () => {
  test('each folder has its place', () => {
    const folders = readdirSync(join(root, 'packages/core/src'), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );

    expect(Object.keys(LAYERS)).toEqual(expect.arrayContaining(folders.map((folder) => folder.name)));
  });

  test('each folder has its row in docs/architecture.md', () => {
    const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8');

    expect(Object.keys(LAYERS).filter((layer) => !page.includes(`\n| \`${layer}\` |`))).toEqual([]);
  });

  test('each import against the direction of the layers is refused, and no other', async () => {
    const files: Record<string, string> = {};
    const refused: string[] = [];
    for (const [layer, allowed] of Object.entries(LAYERS)) {
      for (const other of Object.keys(LAYERS)) {
        if (other === layer) continue;
        for (const [file, specifier] of [
          [core(layer, `to-${other}`), `../${other}/x.ts`],
          [core(`${layer}/deep`, `to-${other}`), `../../${other}/x.ts`],
        ] as const) {
          files[file] = importing(specifier);
          if (!allowed.includes(other)) refused.push(`${file}: no-restricted-imports`);
        }
      }
    }

    expect(await lint(files, 'no-restricted-imports')).toEqual(refused.sort());
  });

  test('constructs see the plan builder and nothing else of the plan', async () => {
    const files = {
      [core('constructs', 'a')]: importing('../plan/builder.ts'),
      [core('constructs', 'b')]: importing('../plan/document.ts'),
    };

    expect(await lint(files, 'no-restricted-imports')).toEqual([`${core('constructs', 'b')}: no-restricted-imports`]);
  });

  test('only constructs and what stands on them know the constructs library', async () => {
    const layers = Object.keys(LAYERS);
    const files = Object.fromEntries(layers.map((layer) => [core(layer, 'x'), importing('constructs')]));
    const known = ['constructs', 'toolkit', 'testing'];

    expect(await lint(files, 'no-restricted-imports')).toEqual(
      layers
        .filter((layer) => !known.includes(layer))
        .map((layer) => `${core(layer, 'x')}: no-restricted-imports`)
        .sort(),
    );
  });

  test('no layer imports the package entry', async () => {
    const files = {
      [core('build', 'a')]: importing('../index.ts'),
      [core('build', 'b')]: importing('@distrokit/core'),
    };

    expect(await lint(files, 'no-restricted-imports')).toHaveLength(2);
  });
});

describe('the pure layers', () => {
  test.each(PURE)('%s opens no file, socket or process', async (layer) => {
    const files = Object.fromEntries(
      IMPURE_MODULES.map((specifier, index) => [core(layer, `x${index}`), importing(specifier)]),
    );

    expect(await lint(files, 'no-restricted-imports', 'no-nodejs-modules')).toHaveLength(IMPURE_MODULES.length);
  });

  test.each(PURE)('%s reads no clock, environment or chance', async (layer) => {
    const files = {
      [core(layer, 'clock')]: 'export const x: number = Date.now();\n',
      [core(layer, 'environment')]: 'export const x: unknown = process.env;\n',
      [core(layer, 'chance')]: 'export const x: number = Math.random();\n',
    };

    expect(await lint(files, 'no-restricted-globals', 'no-restricted-properties')).toHaveLength(3);
  });
});

describe('the packages', () => {
  test.each([
    ['packages/addons/src/x.ts', '@distrokit/core/toolkit'],
    ['packages/addons/src/x.ts', '../../core/src/plan/document.ts'],
    ['packages/addons/src/x.ts', '@distrokit/cli'],
    ['packages/addons/src/dns/x.ts', 'node:fs'],
    ['packages/cli/src/x.ts', '@distrokit/addons'],
    ['packages/cli/src/x.ts', '@distrokit/core/src/plan/document.ts'],
    ['packages/cli/src/x.ts', '../../core/src/plan/document.ts'],
    ['examples/harbor/distro.ts', '../../packages/core/src/index.ts'],
  ])('%s may not import %s', async (file, specifier) => {
    expect(await lint({ [file]: importing(specifier) }, 'no-restricted-imports', 'no-nodejs-modules')).toHaveLength(1);
  });

  test.each([
    ['packages/addons/src/x.ts', '@distrokit/core'],
    ['packages/cli/src/x.ts', '@distrokit/core/toolkit'],
    ['packages/cli/src/x.ts', 'node:fs'],
    ['examples/harbor/distro.ts', '@distrokit/addons'],
  ])('%s may import %s', async (file, specifier) => {
    expect(await lint({ [file]: importing(specifier) }, 'no-restricted-imports', 'no-nodejs-modules')).toEqual([]);
  });
});

describe('everywhere', () => {
  test('no cycles, no forgotten promises, no default exports, no console, no order by locale', async () => {
    const files = {
      'packages/core/src/build/a.ts': `import { b } from './b.ts';\nexport const a = (): unknown => b;\n`,
      'packages/core/src/build/b.ts': `import { a } from './a.ts';\nexport const b = (): unknown => a;\n`,
      'packages/core/src/build/c.ts': `export async function c(): Promise<void> {}\nexport function d(): void {\n  c();\n}\n`,
      'packages/core/src/build/d.ts': 'export default 1;\n',
      'packages/core/src/build/e.ts': `console.log('e');\nexport const e = 1;\n`,
      'packages/core/src/build/f.ts': `export const f: number = 'a'.localeCompare('b');\n`,
    };
    const rules = ['no-cycle', 'no-floating-promises', 'no-default-export', 'no-console', 'no-restricted-properties'];

    expect(await lint(files, ...rules)).toEqual([
      'packages/core/src/build/a.ts: no-cycle',
      'packages/core/src/build/b.ts: no-cycle',
      'packages/core/src/build/c.ts: no-floating-promises',
      'packages/core/src/build/d.ts: no-default-export',
      'packages/core/src/build/e.ts: no-console',
      'packages/core/src/build/f.ts: no-restricted-properties',
    ]);
  });
});
