import { changeYumRepository } from '../../../packages/core/src/repos/yum/change-yum-repository.ts';
import { describeRpm } from '../../../packages/core/src/repos/yum/yum-package.ts';
import { publishFiles } from './publish-files.ts';

await publishFiles({
  describe: (content) => describeRpm(content),
  change: (existing, added, date) =>
    changeYumRepository(existing, added, {
      compression: 'zstd',
      issuer: { from: 'release@harbor.example', collection: 'harbor' },
      date,
    }),
});
