import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, link, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DistroError } from '../errors/distro-error.ts';
import type { Blob } from '../model/bytes.ts';
import { compareText } from '../model/json.ts';
import { hashFile } from '../store/file-bytes.ts';
import { fsCode, ifExists, withFsErrors } from '../store/fs-error.ts';
import type { PublishTarget, TargetFile } from './publish-target.ts';

/** Unfinished files; a name that nobody asks for, beside the lock's. */
const UNFINISHED = '.distrokit-unfinished';

/**
 * A directory that is published to, such as the root of a web server. Files are written beside their place and renamed
 * into it, 0644 in directories 0755. Equal files of one publication are hard links where the file system has them.
 */
export function directoryTarget(directory: string): PublishTarget {
  const root = resolve(directory);
  const place = (path: string): string => checkedPlace(root, path);
  const put = async (path: string, make: (file: string) => Promise<void>): Promise<void> => {
    const file = place(path);
    const unfinished = join(root, UNFINISHED, randomUUID());
    await withFsErrors(file, async () => {
      await mkdir(dirname(unfinished), { recursive: true });
      await mkdir(dirname(file), { recursive: true });
      try {
        await make(unfinished);
        await rename(unfinished, file);
      } finally {
        await rm(unfinished, { force: true });
      }
    });
  };
  return {
    url: pathToFileURL(root).href,
    read: (path) => withFsErrors(place(path), () => ifExists(readFile(place(path)))),
    describe: (path) => withFsErrors(place(path), () => describeFile(place(path))),
    write: (path, content, { signal } = {}) => put(path, (file) => writeWhole(file, content, signal)),
    copy: (from, to) => put(to, (file) => linkOrCopy(place(from), file)),
    list: (prefix) => withFsErrors(root, () => listFiles(root, prefix)),
    remove: (path) => withFsErrors(place(path), () => rm(place(path), { force: true })),
  };
}

function checkedPlace(root: string, path: string): string {
  if (!path.split('/').some((name) => name === '' || name === '.' || name === '..')) return join(root, path);
  throw new DistroError('PATH_INVALID', `the path ${JSON.stringify(path)} does not stay in what is published`);
}

async function describeFile(file: string): Promise<TargetFile | undefined> {
  const stats = await ifExists(stat(file));
  return stats?.isFile() === true ? { size: stats.size, sha256: await hashFile(file) } : undefined;
}

/** On the disk before it gets its name: after a power loss an index never names what is not there. */
async function writeWhole(file: string, content: Blob, signal: AbortSignal | undefined): Promise<void> {
  const handle = await open(file, 'wx', 0o644);
  try {
    for await (const chunk of content.read({ reuse: true })) {
      if (signal?.aborted === true) throw new DistroError('CANCELLED', 'stopped while publishing');
      await handle.write(chunk);
    }
    await handle.chmod(0o644);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function linkOrCopy(from: string, file: string): Promise<void> {
  try {
    await link(from, file);
  } catch (error) {
    if (!['EXDEV', 'EPERM', 'EMLINK', 'ENOTSUP'].includes(fsCode(error) ?? '')) throw error;
    await copyFile(from, file, constants.COPYFILE_FICLONE);
  }
}

/** The directories below the deepest one that `prefix` names; a prefix may end in the middle of a name. */
async function listFiles(root: string, prefix: string): Promise<readonly string[]> {
  const top = join(root, prefix.slice(0, prefix.lastIndexOf('/') + 1));
  const entries = (await ifExists(readdir(top, { recursive: true, withFileTypes: true }))) ?? [];
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((path) => path.startsWith(prefix) && !path.startsWith(`${UNFINISHED}/`))
    .sort(compareText);
}
