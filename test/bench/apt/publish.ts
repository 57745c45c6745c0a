/**
 * Makes an apt repository of the debs in a directory: `node publish.mjs DEBS REPOSITORY`. Prints the milliseconds that
 * the whole took, then those of adding one more package to it, as JSON.
 */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { bytesSource } from '../../../packages/core/src/model/bytes.ts';
import { describeDeb, type AptPackage } from '../../../packages/core/src/repos/apt/apt-package.ts';
import { changeAptRepository } from '../../../packages/core/src/repos/apt/change-apt-repository.ts';
import { eachLimited } from '../../../packages/core/src/release/each-limited.ts';
import type { RepoReader } from '../../../packages/core/src/repos/repo-change.ts';

const [debs = '', repository = ''] = process.argv.slice(2);

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

async function describeFile(name: string): Promise<AptPackage> {
  return describeDeb(bytesSource(await readFile(join(debs, name))), { what: name });
}

async function publish(names: readonly string[], date: number): Promise<number> {
  const started = performance.now();
  const added: AptPackage[] = [];
  await eachLimited(names, AT_ONCE, async (name) => void added.push(await describeFile(name)));
  const { indexes, entries } = await changeAptRepository(reader, added, {
    suite: 'stable',
    origin: 'Harbor',
    label: 'Harbor',
    description: 'Packages of Harbor',
    architectures: ['amd64'],
    date,
  });
  for (const { path, content } of [...indexes, ...entries]) {
    await mkdir(dirname(join(repository, path)), { recursive: true });
    await writeFile(join(repository, path), content);
  }
  return performance.now() - started;
}

const names = (await readdir(debs)).sort();
await publish(names.slice(0, -1), 1_795_219_200);
// From the start of the process, as its peer is measured.
const whole = performance.now();
const one = await publish(names.slice(-1), 1_795_219_260);
process.stdout.write(`${JSON.stringify({ whole, one })}\n`);
