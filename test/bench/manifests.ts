import { mkdtemp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { linkPackages } from '../support/tiny-distro.ts';
import { type BenchResult, compared } from './bench-result.ts';
import { buildPrograms, CDK8S_OUTPUT } from './manifests/build.ts';
import { alternate } from './measure.ts';
import { distrokit, installFromNpm, inTempDir, runProgram } from './programs.ts';
import { CDK8S } from './versions.ts';

const COUNT = 10_000;
const TURNS = 5;

/**
 * What a user waits for: `distrokit synth` with an empty store of an app with 10,000 objects, which writes one file an
 * object, against `cdk8s synth` of the same objects, once with its default of one file and once with one an object.
 */
export function benchManifests(): Promise<readonly BenchResult[]> {
  return inTempDir(async (dir) => {
    await installFromNpm(dir, ...CDK8S);
    await linkPackages(dir);
    await buildPrograms(dir, 'distro', 'cdk8s');
    const outputs = { ours: '', cdk8s: '' };
    const [few, many, oneFile, fileEach] = await alternate(
      TURNS,
      () => synth(dir, COUNT / 10),
      async () => (outputs.ours = await synth(dir, COUNT)),
      () => cdk8sSynth(dir, CDK8S_OUTPUT.filePerChart),
      async () => (outputs.cdk8s = await cdk8sSynth(dir, CDK8S_OUTPUT.filePerResource)),
    );
    await assertFiles(join(outputs.ours, 'manifests/objects'));
    await assertFiles(outputs.cdk8s);
    const name = 'synth of 10,000 objects, against';
    return [
      compared({ name: `${name} cdk8s with one file`, unit: 'ms', ours: many, peer: oneFile, limit: 0.2 }),
      compared({ name: `${name} cdk8s with a file each`, unit: 'ms', ours: many, peer: fileEach, limit: 0.2 }),
      compared({ name: `${name} 1,000`, unit: 'ms', ours: many, peer: few, limit: 11 }),
    ];
  });
}

/** Everything goes to a new directory, so that no run removes what another one made. Resolves to the output. */
async function synth(dir: string, objects: number): Promise<string> {
  const fresh = await mkdtemp(join(dir, 'ours-'));
  const [output, store] = [join(fresh, 'dist'), join(fresh, 'store')];
  await distrokit(['synth', 'distro.mjs', '--only', 'objects', '--output', output, '--store', store, '--quiet'], {
    cwd: dir,
    env: { BENCH_OBJECTS: String(objects) },
  });
  return output;
}

/** {@link synth} of the same objects by cdk8s. */
async function cdk8sSynth(dir: string, outputType: string): Promise<string> {
  const output = join(await mkdtemp(join(dir, 'cdk8s-')), 'dist');
  const cli = join(dir, 'node_modules/cdk8s-cli/bin/cdk8s');
  const app = [process.execPath, 'cdk8s.mjs', dir, COUNT, outputType].join(' ');
  await runProgram(process.execPath, [cli, 'synth', '--app', app, '--output', output], {
    cwd: dir,
    env: { CDK8S_CHECK_UPGRADE: 'false' },
  });
  return output;
}

async function assertFiles(dir: string): Promise<void> {
  const { length } = await readdir(dir);
  if (length !== COUNT) throw new Error(`${dir} holds ${length} files, not ${COUNT}`);
}
