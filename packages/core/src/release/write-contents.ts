import { chmodSync, constants, linkSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { chmod, copyFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { DistroError } from '../errors/distro-error.ts';
import { fsError } from '../store/fs-error.ts';
import type { Store } from '../store/store.ts';
import type { ReleaseContent } from './contents.ts';

/** Files that are written before the event loop gets its turn. */
const BATCH = 200;

/**
 * Writes files into a new directory, 0644 in directories 0755 whatever the umask. A blob that stands in several places, as
 * packages do in repositories, is written once and linked.
 */
export async function writeContents(
  directory: string,
  contents: readonly ReleaseContent[],
  store: Store,
  signal?: AbortSignal,
): Promise<void> {
  makeDirectories(directory, contents);
  const writeText = textWriter();
  const copied = new Map<string, string>();
  for (const [index, content] of contents.entries()) {
    const file = join(directory, content.file);
    try {
      const same = copied.get(content.sha256);
      if (content.text === undefined && same !== undefined) linkSync(same, file);
      else if (content.text === undefined) {
        await copyBlob(content, file, store);
        copied.set(content.sha256, file);
      } else writeText(file, content.text);
    } catch (error) {
      throw fsError(error, file);
    }
    if (index % BATCH > 0) continue;
    await setImmediate();
    if (signal?.aborted === true) throw new DistroError('CANCELLED', 'stopped while the release was written');
  }
}

function makeDirectories(directory: string, contents: readonly ReleaseContent[]): void {
  const names = new Set(['.']);
  for (const { file } of contents) {
    for (let name = dirname(file); !names.has(name); name = dirname(name)) names.add(name);
  }
  // Sorted, a directory comes before what is in it.
  for (const name of [...names].sort()) {
    const path = join(directory, name);
    try {
      mkdirSync(path);
      chmodSync(path, 0o755);
    } catch (error) {
      throw fsError(error, path);
    }
  }
}

/**
 * Without a promise for each of the many small files, which would take several times as long as writing them. Whether
 * the umask or an ACL takes bits of the mode away is looked at until they do not: it is the same for all files.
 */
function textWriter(): (file: string, text: string) => void {
  let keepsMode = false;
  return (file, text) => {
    // Naming the encoding lets Node open, write and close in one call.
    writeFileSync(file, text, { encoding: 'utf8', flag: 'wx', mode: 0o644 });
    if (keepsMode) return;
    keepsMode = (statSync(file).mode & 0o777) === 0o644;
    if (!keepsMode) chmodSync(file, 0o644);
  };
}

/**
 * A copy that shares no blocks the store could lose by a write, or is a clone where the file system makes them. The store
 * has verified the blob; the copy is not hashed once more: that is what `verify` does.
 */
async function copyBlob({ sha256, size }: ReleaseContent, file: string, store: Store): Promise<void> {
  await copyFile(await store.pathOf({ sha256, size }), file, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
  await chmod(file, 0o644);
}
