import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { App } from '../../packages/core/src/constructs/app.ts';
import { planOf } from '../../packages/core/src/testing/plan-of.ts';
import { fencedBlocks } from './fenced-blocks.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
let dir: string;

/** Saves the TypeScript of each page in a directory named for the page; a block without a file name is a program. */
beforeAll(async () => {
  await mkdir(join(root, '.distrokit'), { recursive: true });
  dir = await mkdtemp(join(root, '.distrokit/snippets-'));
  const guides = (await readdir(join(root, 'docs/guide'))).map((page) => `docs/guide/${page}`);
  for (const page of ['README.md', ...guides]) {
    const folder = join(dir, basename(page, '.md'));
    await mkdir(folder);
    for (const { info, text } of fencedBlocks(await readFile(join(root, page), 'utf8'))) {
      const [language, file = 'distro.ts'] = info.split(' ');
      if (language === 'ts') await writeFile(join(folder, file), text);
    }
  }
});
afterAll(() => rm(dir, { recursive: true }));

test('the TypeScript in the pages type-checks', { timeout: 120_000 }, async () => {
  const config = {
    extends: join(root, 'tsconfig.base.json'),
    compilerOptions: {
      noEmit: true,
      composite: false,
      isolatedDeclarations: false,
      rewriteRelativeImportExtensions: false,
      allowImportingTsExtensions: true,
    },
    include: ['**/*.ts'],
  };
  await writeFile(join(dir, 'tsconfig.json'), JSON.stringify(config));

  const errors = await new Promise((resolve) => {
    execFile(process.execPath, [join(root, 'node_modules/.bin/tsc'), '-p', dir], (_, stdout) => resolve(stdout));
  });

  expect(errors).toBe('');
});

test('the distribution in the README can be planned', async () => {
  const { default: app } = (await import(join(dir, 'README/distro.ts'))) as { readonly default: App };

  const plan = await planOf(app);

  plan.hasPackage('kubelet', { arch: 'amd64', format: 'rpm' });
  plan.hasObject({ kind: 'Deployment', name: 'coredns' });
});
