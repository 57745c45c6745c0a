import { mkdtemp, readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { linkPackages } from '../support/tiny-distro.ts';
import { type BenchResult, compared } from './bench-result.ts';
import { buildPrograms, CDK8S_OUTPUT, copyDistro, writeCdk8sApp } from './manifests/build.ts';
import { alternate } from './measure.ts';
import { distrokit, installFromNpm, inTempDir, runProgram } from './programs.ts';
import { CDK8S, TS_NODE } from './versions.ts';

const COUNT = 10_000;
const TURNS = 5;

/**
 * What a user waits for: `distrokit synth` with an empty store of a TypeScript app with 10,000 objects, which writes one
 * file an object, against `cdk8s synth` of the same objects in a TypeScript app as cdk8s sets one up. Beside it, so that
 * nobody takes the compiler's time for ours: the same app of cdk8s as a finished program of JavaScript, with its default
 * of one file and with one an object.
 */
export function benchManifests(): Promise<readonly BenchResult[]> {
  return inTempDir(async (dir) => {
    await installFromNpm(dir, ...CDK8S, ...TS_NODE);
    await linkPackages(dir);
    await buildPrograms(dir, 'cdk8s');
    const [distro, cdk8sApp] = [join(dir, 'distro'), join(dir, 'cdk8s')];
    await copyDistro(distro);
    await writeCdk8sApp(cdk8sApp);
    const outputs = { ours: '', cdk8s: '' };
    const [few, many, typeScript, oneFile, fileEach] = await alternate(
      TURNS,
      () => synth(distro, COUNT / 10),
      async () => (outputs.ours = await synth(distro, COUNT)),
      () => cdk8sSynth(cdk8sApp, []),
      () => cdk8sSynth(dir, program(dir, CDK8S_OUTPUT.filePerChart)),
      async () => (outputs.cdk8s = await cdk8sSynth(dir, program(dir, CDK8S_OUTPUT.filePerResource))),
    );
    await assertFiles(join(outputs.ours, 'manifests/objects'));
    await assertFiles(outputs.cdk8s);
    const name = 'synth of 10,000 objects, against';
    return [
      compared({ name: `${name} cdk8s`, unit: 'ms', ours: many, peer: typeScript, limit: 1 }),
      compared({
        name: `${name} cdk8s without its compiler, one file`,
        unit: 'ms',
        ours: many,
        peer: oneFile,
        limit: 1,
      }),
      compared({
        name: `${name} cdk8s without its compiler, a file each`,
        unit: 'ms',
        ours: many,
        peer: fileEach,
        limit: 1,
      }),
      compared({ name: `${name} 1,000`, unit: 'ms', ours: many, peer: few, limit: 11 }),
    ];
  });
}

/** Everything goes to a new directory, so that no run removes what another one made. Resolves to the output. */
async function synth(dir: string, objects: number): Promise<string> {
  const fresh = await mkdtemp(join(dir, 'ours-'));
  const [output, store] = [join(fresh, 'dist'), join(fresh, 'store')];
  await distrokit(['synth', 'distro.ts', '--only', 'objects', '--output', output, '--store', store, '--quiet'], {
    cwd: dir,
    env: { BENCH_OBJECTS: String(objects) },
  });
  return output;
}

/** {@link synth} of the same objects by cdk8s. */
async function cdk8sSynth(dir: string, app: readonly string[]): Promise<string> {
  const output = join(await mkdtemp(join(dir, 'cdk8s-')), 'dist');
  const cli = createRequire(join(dir, 'main.js'))
    .resolve('cdk8s-cli/package.json')
    .replace(/package.json$/u, 'bin/cdk8s');
  await runProgram(process.execPath, [cli, 'synth', ...app, '--output', output], {
    cwd: dir,
    env: { CDK8S_CHECK_UPGRADE: 'false', BENCH_OBJECTS: String(COUNT) },
  });
  return output;
}

/** The argument that makes cdk8s run the finished program. */
function program(dir: string, outputType: string): readonly string[] {
  return ['--app', [process.execPath, 'cdk8s.mjs', dir, COUNT, outputType].join(' ')];
}

async function assertFiles(dir: string): Promise<void> {
  const { length } = await readdir(dir);
  if (length !== COUNT) throw new Error(`${dir} holds ${length} files, not ${COUNT}`);
}
