import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeRpm } from '../../packages/core/src/formats/rpm/write-rpm.ts';
import { memorySpool } from '../../packages/core/src/model/bytes.ts';
import type { BenchResult } from './bench-result.ts';
import { runProgram } from './programs.ts';
import { benchRepository } from './repository/bench-repository.ts';

/** The lists of a yum repository, against createrepo_c. */
export function benchYum(): Promise<readonly BenchResult[]> {
  return benchRepository({
    name: 'yum lists',
    peer: 'createrepo_c',
    fileName: (name) => `${name}-1.2.3-1.x86_64.rpm`,
    write: (spec) => writeRpm(spec, { compression: 'zstd', spool: memorySpool }),
    script: 'publish-yum.ts',
    async runPeer(dir) {
      const theirs = join(dir, 'theirs');
      await rm(theirs, { recursive: true, force: true });
      await mkdir(theirs);
      const options = ['--quiet', '--no-database', '--general-compress-type=gz', '--outputdir', theirs];
      await runProgram('createrepo_c', [...options, join(dir, 'pool')]);
    },
  });
}
