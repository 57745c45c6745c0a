import { join } from 'node:path';
import { type BenchResult, compared } from './bench-result.ts';
import { synthHarbor } from './harbor.ts';
import { alternate } from './measure.ts';
import { distrokit, inTempDir } from './programs.ts';

const TURNS = 11;
const LIMIT_MS = 1000;

/** `synth` of harbor where nothing changed. The run before the first that counts builds what the store lacks. */
export function benchNoop(): Promise<readonly BenchResult[]> {
  return inTempDir(async (dir) => {
    const [ours] = await alternate(TURNS, () => distrokit(synthHarbor(join(dir, 'dist'))));
    return [compared({ name: 'synth of harbor, nothing changed', unit: 'ms', ours, peer: LIMIT_MS, limit: 1 })];
  });
}
