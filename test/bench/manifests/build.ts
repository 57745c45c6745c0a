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
