import { writeDeb } from '../../packages/core/src/formats/deb/write.ts';
import { memorySpool } from '../../packages/core/src/model/bytes.ts';
import type { BenchResult } from './bench-result.ts';
import { runProgram } from './programs.ts';
import { benchRepository } from './repository/bench-repository.ts';

/** What apt-ftparchive does for the same indexes. */
const THEIRS = ['packages', 'contents'].map((index) => `apt-ftparchive ${index} pool | gzip -9n > ${index}.gz`);

/** The indexes of an apt repository, against apt-ftparchive. */
export function benchApt(): Promise<readonly BenchResult[]> {
  return benchRepository({
    name: 'apt indexes',
    peer: 'apt-ftparchive',
    fileName: (name) => `${name}.deb`,
    write: (spec) => writeDeb(spec, { compression: 'gzip', spool: memorySpool }),
    script: 'publish-apt.ts',
    runPeer: (dir) => runProgram('sh', ['-c', THEIRS.join(' && ')], { cwd: dir }),
  });
}
