import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { storeDirs } from '../../packages/core/src/store/store-dirs.ts';
import { type BenchResult, compared } from './bench-result.ts';
import { blobOfStep, buildHarbor, type BuiltHarbor, copyOutputs, synthHarbor } from './harbor.ts';
import { alternate } from './measure.ts';
import { writeNfpmConfig } from './packages/nfpm-config.ts';
import { distrokit, installFromGo, inTempDir, runProgram } from './programs.ts';
import { NFPM } from './versions.ts';

const TURNS = 5;
const JOBS = 2;

/**
 * All of harbor's packages in both formats from binaries that are built: a whole `synth` whose store has everything but
 * the packages, against nfpm making packages of the same files with the same compression, two at a time.
 */
export function benchAllPackages(): Promise<readonly BenchResult[]> {
  return inTempDir(async (dir) => {
    await installFromGo(dir, NFPM);
    const harbor = await buildHarbor(join(dir, 'harbor'));
    const store = join(dir, 'store');
    await copyOutputs(harbor, store, ({ kind }) => kind !== 'package');
    const commands = await nfpmCommands(harbor, dir);
    const [, ours, peer] = await alternate(
      TURNS,
      () => dropPackages(harbor, store),
      () => synthPackages(dir, store, commands.length),
      () => runAll(join(dir, 'nfpm'), commands),
    );
    const name = `harbor's ${commands.length} packages, against nfpm two at a time`;
    return [compared({ name, unit: 'ms', ours, peer, limit: 0.5 })];
  });
}

async function dropPackages(harbor: BuiltHarbor, dir: string): Promise<void> {
  const { actions, blobs, verified } = storeDirs(dir);
  for (const { step, key, outputs } of harbor.steps) {
    if (step.kind !== 'package' || key === undefined || outputs === undefined) continue;
    await rm(join(actions, key.key), { force: true });
    for (const { sha256 } of Object.values(outputs)) {
      await Promise.all([blobs, verified].map((kind) => rm(join(kind, sha256), { force: true })));
    }
  }
}

async function synthPackages(dir: string, store: string, packages: number): Promise<void> {
  const output = join(await mkdtemp(join(dir, 'ours-')), 'dist');
  const json = await distrokit(synthHarbor(output, '--store', store, '--jobs', String(JOBS), '--json'));
  const { steps, cached } = JSON.parse(json) as { readonly steps: number; readonly cached: number };
  if (steps - cached !== packages) throw new Error(`${steps - cached} steps ran, not ${packages}`);
}

/** The arguments of nfpm for each package. */
async function nfpmCommands(harbor: BuiltHarbor, dir: string): Promise<readonly (readonly string[])[]> {
  const theirs = join(dir, 'theirs');
  const commands: (readonly string[])[] = [];
  for (const step of harbor.plan.steps) {
    if (step.kind !== 'package') continue;
    const { spec, format, compression, file } = step;
    const own = join(theirs, String(commands.length));
    await mkdir(own, { recursive: true });
    const config = await writeNfpmConfig(spec, {
      compression,
      dir: own,
      pathOf: (ref) => harbor.store.pathOf(blobOfStep(harbor, ref.step, ref.output)),
    });
    const target = join(own, file.slice(file.lastIndexOf('/') + 1));
    commands.push(['package', '--config', config, '--packager', format, '--target', target]);
  }
  return commands;
}

async function runAll(program: string, commands: readonly (readonly string[])[]): Promise<void> {
  const left = [...commands];
  const worker = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) await runProgram(program, next);
  };
  await Promise.all(Array.from({ length: JOBS }, worker));
}
