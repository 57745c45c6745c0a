import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

/** Programs of this directory as JavaScript in `dir`, so that nobody pays for the removal of types. */
export async function buildPrograms(dir: string, ...names: readonly string[]): Promise<void> {
  await build({
    entryPoints: names.map((name) => join(import.meta.dirname, `${name}.ts`)),
    outdir: dir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    external: ['@distrokit/*'],
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  });
}

/** How cdk8s divides its output. */
export const CDK8S_OUTPUT = { filePerChart: '1', filePerResource: '2' } as const;

const MAIN = `import { ApiObject, App, Chart } from 'cdk8s';
import { mixedObjects } from './objects';

const app = new App();
const chart = new Chart(app, 'bench');
mixedObjects(Number(process.env['BENCH_OBJECTS'])).forEach((object, index) => new ApiObject(chart, 'object-' + index, object));
app.synth();
`;

const CONFIG = 'language: typescript\napp: npx ts-node main.ts\n';

const COMPILER = { module: 'CommonJS', target: 'ES2017', lib: ['es2016'], strict: true, types: ['node'] };

/** A TypeScript app of cdk8s with the same objects in `dir`, run as `cdk8s init typescript-app` sets it up. */
export async function writeCdk8sApp(dir: string): Promise<void> {
  const objects = await readFile(join(import.meta.dirname, 'objects.ts'), 'utf8');
  const files = {
    'main.ts': MAIN,
    'objects.ts': objects.replace(/^import type .*$/mu, 'type JsonObject = any;'),
    'cdk8s.yaml': CONFIG,
    'tsconfig.json': JSON.stringify({ compilerOptions: COMPILER }),
  };
  await mkdir(dir);
  for (const [name, text] of Object.entries(files)) await writeFile(join(dir, name), text);
}

/** The distribution of this directory as TypeScript in `dir`. */
export async function copyDistro(dir: string): Promise<void> {
  await mkdir(dir);
  for (const name of ['distro.ts', 'objects.ts']) {
    const text = await readFile(join(import.meta.dirname, name), 'utf8');
    await writeFile(join(dir, name), text.replace(/'[./]+packages\/core\/src\/model\/json\.ts'/u, "'@distrokit/core'"));
  }
}
