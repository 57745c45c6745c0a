import { join } from 'node:path';
import { type BenchResult, compared } from './bench-result.ts';
import { alternate } from './measure.ts';
import { distrokit, installFromNpm, inTempDir, runProgram } from './programs.ts';
import { CDK8S } from './versions.ts';

const TURNS = 15;

/** `distrokit --help` against `cdk8s --help`. The peer's look for a newer version, which waits for a server, is off. */
export function benchHelp(): Promise<readonly BenchResult[]> {
  return inTempDir(async (dir) => {
    await installFromNpm(dir, ...CDK8S);
    const cli = join(dir, 'node_modules/cdk8s-cli/bin/cdk8s');
    const [ours, peer] = await alternate(
      TURNS,
      () => distrokit(['--help']),
      () => runProgram(process.execPath, [cli, '--help'], { env: { CDK8S_CHECK_UPGRADE: 'false' } }),
    );
    return [compared({ name: '--help, against cdk8s', unit: 'ms', ours, peer, limit: 1 / 8 })];
  });
}
