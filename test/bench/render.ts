import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BenchResult, compared } from './bench-result.ts';
import { buildPrograms, CDK8S_OUTPUT } from './manifests/build.ts';
import { alternate } from './measure.ts';
import { installFromNpm, inTempDir, runProgram } from './programs.ts';
import { CDK8S } from './versions.ts';

const COUNT = 10_000;
const TURNS = 7;

/**
 * The rendering of manifests alone: a process that makes the objects, renders them with the library and writes one file
 * of all documents, against one that does the same with cdk8s. `benchManifests` measures what a user waits for.
 */
export function benchRender(): Promise<readonly BenchResult[]> {
  return inTempDir(async (dir) => {
    const out = join(dir, 'out');
    await mkdir(out);
    await installFromNpm(dir, ...CDK8S);
    await buildPrograms(dir, 'ours', 'cdk8s');
    const render = join(import.meta.dirname, '../../packages/core/dist/manifests/render.js');
    const ours = (count: number) => (): Promise<string> =>
      runProgram(process.execPath, [join(dir, 'ours.mjs'), render, String(count), out]);
    const cdk8s = (): Promise<string> =>
      runProgram(process.execPath, [join(dir, 'cdk8s.mjs'), dir, String(COUNT), CDK8S_OUTPUT.filePerChart], {
        env: { CDK8S_OUTDIR: out },
      });
    const [few, many, peer] = await alternate(TURNS, ours(COUNT / 10), ours(COUNT), cdk8s);
    for (const file of ['ours.yaml', 'bench.k8s.yaml']) await assertDocuments(join(out, file));
    return [
      compared({ name: '10,000 objects rendered, against cdk8s', unit: 'ms', ours: many, peer, limit: 0.2 }),
      compared({ name: '10,000 objects rendered, against 1,000', unit: 'ms', ours: many, peer: few, limit: 11 }),
    ];
  });
}

async function assertDocuments(file: string): Promise<void> {
  const documents = (await readFile(file, 'utf8')).split(/^---$/m).length;
  if (documents !== COUNT) throw new Error(`${file} holds ${documents} documents, not ${COUNT}`);
}
