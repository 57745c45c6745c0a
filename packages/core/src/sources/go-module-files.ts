import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compareText } from '../model/json.ts';
import { ifExists } from '../store/fs-error.ts';
import { downloadModule, type ModuleSetRequest } from './go-modules.ts';

/** Where to find modules: the user's cache, and Go to fill it. */
export interface ModuleCache extends Pick<ModuleSetRequest, 'go' | 'dir' | 'signal'> {
  /** Such as `/home/me/go/pkg/mod`. */
  readonly root: string;
}

/**
 * The directory of a module's files. One that the build fetched is in the cache still, as a rule; what was removed
 * since is fetched, and checked, again.
 *
 * @throws SOURCE_VERSION_UNKNOWN, SOURCE_UNAVAILABLE
 */
export async function moduleDirectory(module: string, version: string, cache: ModuleCache): Promise<string> {
  const dir = join(cache.root, `${escapeModule(module)}@${escapeModule(version)}`);
  if ((await ifExists(readdir(dir))) !== undefined) return dir;
  return (await downloadModule(module, version, cache)).Dir;
}

/** Where the module cache keeps capital letters apart on every file system. @see https://go.dev/ref/mod#module-cache */
function escapeModule(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => `!${letter.toLowerCase()}`);
}

const LICENCE_FILE = /^(?:(?:un)?licen[cs]e|copying|mit-licen[cs]e)(?:[-._].*)?$/i;
/** A licence of documentation or a list of dependencies is not the licence of the code. */
const OTHER_FILE = /\.(?:csv|docs|go|json|spdx)$/i;
const MAX_TEXT = 1 << 20;

/** The texts of the licence files in a directory, by name; of a longer text its first MiB, which is no licence's. */
export async function licenceTexts(dir: string): Promise<readonly string[]> {
  const entries = await readdir(dir, { withFileTypes: true });
  const files = entries.filter(
    (entry) => entry.isFile() && LICENCE_FILE.test(entry.name) && !OTHER_FILE.test(entry.name),
  );
  const names = files.map(({ name }) => name).sort(compareText);
  const texts = await Promise.all(names.map((name) => readFile(join(dir, name), 'utf8')));
  return texts.map((text) => text.slice(0, MAX_TEXT));
}
