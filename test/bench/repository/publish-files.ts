import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { bytesSource, type ByteSource } from '../../../packages/core/src/model/bytes.ts';
import { eachLimited } from '../../../packages/core/src/release/each-limited.ts';
import type { RepoChange, RepoReader } from '../../../packages/core/src/repos/repo-change.ts';

/** Packages that are read at once. */
const AT_ONCE = 8;

/** How the packages of a family get into a repository. */
export interface Family<T> {
  readonly describe: (content: ByteSource, name: string) => Promise<T>;
  /** `date` in seconds since 1970. */
  readonly change: (existing: RepoReader, added: readonly T[], date: number) => Promise<RepoChange>;
}

/**
 * Makes a repository of the packages in a directory: `node publish.mjs PACKAGES REPOSITORY`. Prints the milliseconds that
 * the whole took from the start of the process, as its peer is measured, then those of adding one more package, as JSON.
 */
export async function publishFiles<T>({ describe, change }: Family<T>): Promise<void> {
  const [packages = '', repository = ''] = process.argv.slice(2);
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
  const publish = async (names: readonly string[], date: number): Promise<number> => {
    const started = performance.now();
    const added: T[] = [];
    await eachLimited(names, AT_ONCE, async (name) => {
      added.push(await describe(bytesSource(await readFile(join(packages, name))), name));
    });
    const { indexes, entries } = await change(reader, added, date);
    for (const { path, content } of [...indexes, ...entries]) {
      await mkdir(dirname(join(repository, path)), { recursive: true });
      await writeFile(join(repository, path), content);
    }
    return performance.now() - started;
  };
  const names = (await readdir(packages)).sort();
  await publish(names.slice(0, -1), 1_795_219_200);
  const whole = performance.now();
  const one = await publish(names.slice(-1), 1_795_219_260);
  process.stdout.write(`${JSON.stringify({ whole, one })}\n`);
}
