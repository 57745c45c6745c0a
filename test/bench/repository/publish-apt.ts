import { describeDeb } from '../../../packages/core/src/repos/apt/apt-package.ts';
import { changeAptRepository } from '../../../packages/core/src/repos/apt/change-apt-repository.ts';
import { publishFiles } from './publish-files.ts';

await publishFiles({
  describe: (content, what) => describeDeb(content, { what }),
  change: (existing, added, date) =>
    changeAptRepository(existing, added, {
      suite: 'stable',
      origin: 'Harbor',
      label: 'Harbor',
      description: 'Packages of Harbor',
      architectures: ['amd64'],
      date,
    }),
});
