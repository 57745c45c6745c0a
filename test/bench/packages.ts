import { copyFile, mkdir, stat, truncate, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import type { Compression, PackageFormat } from '../../packages/core/src/model/target.ts';
import { type BenchResult, compared } from './bench-result.ts';
import { buildHarbor } from './harbor.ts';
import { alternate } from './measure.ts';
import { specOf } from './packages/spec.ts';
import { writeNfpmConfig } from './packages/nfpm-config.ts';
import { installFromGo, inTempDir, runProgram } from './programs.ts';
import { NFPM } from './versions.ts';

const TURNS = 9;
const LARGE = 4 * 2 ** 30;
const MEMORY_LIMIT = 300 * 2 ** 20;
/** Each format and codec with the most of nfpm's time that ours may take. */
const CASES = [
  ['deb', 'zstd', 0.7],
  ['rpm', 'zstd', 0.5],
  ['deb', 'gzip', 0.6],
  ['rpm', 'gzip', 0.6],
] as const;
/** How much larger than nfpm's our package may be. */
const SIZE_LIMIT = 1.05;

/** One package of harbor's kubelet against nfpm, whole processes; and the peak memory for a file of 4 GiB. */
export function benchPackages(): Promise<readonly BenchResult[]> {
  return inTempDir(async (dir) => {
    const kubelet = join(dir, 'kubelet');
    await copyKubelet(dir, kubelet);
    await Promise.all([installFromGo(dir, NFPM), buildPacker(dir)]);
    for (const name of ['ours', 'theirs']) await mkdir(join(dir, name));
    const results: BenchResult[] = [];
    for (const each of CASES) results.push(...(await oneFile(dir, kubelet, each)));
    for (const [format, codec] of CASES) results.push(await memory(dir, format, codec));
    return results;
  });
}

async function copyKubelet(dir: string, to: string): Promise<void> {
  const { steps, store } = await buildHarbor(join(dir, 'harbor'));
  const blob = steps.map(({ outputs }) => outputs?.['kubelet']).find((found) => found !== undefined);
  if (blob === undefined) throw new Error('harbor builds no kubelet');
  await copyFile(await store.pathOf(blob), to);
}

/** JavaScript, so that we do not pay for the removal of types; the packages are loaded as they are published. */
async function buildPacker(dir: string): Promise<void> {
  await build({
    entryPoints: [join(import.meta.dirname, 'packages/pack.ts')],
    outfile: join(dir, 'pack.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  });
}

/** Packages a file as we do it. Resolves to the peak memory in bytes. */
async function pack(dir: string, input: string, format: PackageFormat, codec: Compression): Promise<number> {
  const dist = join(import.meta.dirname, '../../packages/core/dist');
  const args = [join(dir, 'pack.mjs'), dist, format, codec, join(dir, 'ours'), input];
  return Number(await runProgram(process.execPath, args)) * 1024;
}

async function oneFile(
  dir: string,
  input: string,
  [format, codec, limit]: (typeof CASES)[number],
): Promise<readonly BenchResult[]> {
  const name = `${basename(input)}.${format}`;
  const config = await writeNfpmConfig(specOf(basename(input), { step: '', output: '' }), {
    compression: codec,
    dir,
    pathOf: () => Promise.resolve(input),
  });
  const target = join(dir, 'theirs', name);
  const [ours, peer] = await alternate(
    TURNS,
    () => pack(dir, input, format, codec),
    () => runProgram(join(dir, 'nfpm'), ['package', '--config', config, '--packager', format, '--target', target]),
  );
  const sizes = await Promise.all([stat(join(dir, 'ours', name)), stat(target)]);
  const [mine, theirs] = sizes.map(({ size }) => size) as [number, number];
  return [
    compared({ name: `kubelet as ${format} of ${codec}, against nfpm`, unit: 'ms', ours, peer, limit }),
    compared({ name: '  its size', unit: 'bytes', ours: mine, peer: theirs, limit: SIZE_LIMIT }),
  ];
}

/** A sparse file, which reads as zeros. */
async function memory(dir: string, format: PackageFormat, codec: Compression): Promise<BenchResult> {
  const file = join(dir, 'large');
  await writeFile(file, '');
  await truncate(file, LARGE);
  const ours = await pack(dir, file, format, codec);
  return compared({
    name: `peak memory, 4 GiB as ${format} of ${codec}`,
    unit: 'bytes',
    ours,
    peer: MEMORY_LIMIT,
    limit: 1,
  });
}
