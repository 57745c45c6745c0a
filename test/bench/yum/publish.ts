/**
 * Makes a yum repository of the rpms in a directory: `node publish.mjs RPMS REPOSITORY`. Prints the milliseconds that
 * the whole took, then those of adding one more package to it, as JSON.
 */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { bytesSource } from '../../../packages/core/src/model/bytes.ts';
import { describeRpm, type YumPackage } from '../../../packages/core/src/repos/yum/yum-package.ts';
import { changeYumRepository } from '../../../packages/core/src/repos/yum/change-yum-repository.ts';
import { eachLimited } from '../../../packages/core/src/release/each-limited.ts';
import type { RepoReader } from '../../../packages/core/src/repos/repo-change.ts';

const [rpms = '', repository = ''] = process.argv.slice(2);

/** Packages that are read at once. */
const AT_ONCE = 8;

const reader: RepoReader = {
  read: async (path) => {
    try {
      return await readFile(join(repository, path));
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    }
  },
};

async function describeFile(name: string): Promise<YumPackage> {
  return describeRpm(bytesSource(await readFile(join(rpms, name))));
}

async function publish(names: readonly string[], date: number): Promise<number> {
  const started = performance.now();
  const added: YumPackage[] = [];
  await eachLimited(names, AT_ONCE, async (name) => void added.push(await describeFile(name)));
  const { indexes, entries } = await changeYumRepository(reader, added, {
    compression: 'zstd',
    issuer: { from: 'release@harbor.example', collection: 'harbor' },
    date,
  });
  for (const { path, content } of [...indexes, ...entries]) {
    await mkdir(dirname(join(repository, path)), { recursive: true });
    await writeFile(join(repository, path), content);
  }
  return performance.now() - started;
}

const names = (await readdir(rpms)).sort();
await publish(names.slice(0, -1), 1_795_219_200);
// From the start of the process, as its peer is measured.
const whole = performance.now();
const one = await publish(names.slice(-1), 1_795_219_260);
process.stdout.write(`${JSON.stringify({ whole, one })}\n`);
