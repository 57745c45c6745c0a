import { access, constants, readdir, readFile, realpath, rename, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { DistroError } from '../errors/distro-error.ts';
import { fsCode, ifExists, withFsErrors } from '../store/fs-error.ts';
import { makeDirectory } from '../store/make-directory.ts';
import { removeTree } from '../store/remove-tree.ts';

/** Where a release goes, and the names beside it that are used on the way. */
export interface Destination {
  readonly output: string;
  /** Where the new release is written. */
  readonly fresh: string;
  /** Where the old one waits until the new one has its name. */
  readonly old: string;
}

/** The destination of a release, with links followed and the directory above it made. */
export async function openDestination(directory: string): Promise<Destination> {
  const given = resolve(directory);
  const parent = dirname(given);
  await withFsErrors(parent, () => makeDirectory(parent));
  const output = (await ifExists(realpath(given))) ?? join(await realpath(parent), basename(given));
  const beside = (what: string): string => join(dirname(output), `.${basename(output)}.distrokit-${what}`);
  return { output, fresh: beside('new'), old: beside('old') };
}

/** Finishes what a killed run began: an old release without a successor gets its name back, what was half written goes. */
export async function recoverDestination({ output, fresh, old }: Destination): Promise<void> {
  await withFsErrors(output, async () => {
    const isReplaced = (await ifExists(stat(output))) !== undefined;
    if ((await ifExists(stat(old))) !== undefined && !isReplaced) await rename(old, output);
    await removeTree(old);
    await removeTree(fresh);
  });
}

/**
 * Refuses to replace what is not a release, and a place where nothing can be made.
 *
 * @throws OUTPUT_NOT_A_RELEASE, PERMISSION_DENIED
 */
export async function checkDestination({ output }: Destination): Promise<void> {
  const parent = dirname(output);
  await withFsErrors(parent, () => access(parent, constants.W_OK | constants.X_OK));
  const hint = 'choose another output, or remove it';
  const entries = await withFsErrors(output, () => ifExists(readdir(output))).catch((error: unknown) => {
    if (!(error instanceof DistroError) || error.code !== 'PATH_INVALID') throw error;
    throw new DistroError('OUTPUT_NOT_A_RELEASE', `${output} is not a directory`, { hint });
  });
  const isFile = entries === undefined && (await ifExists(stat(output))) !== undefined;
  if (isFile) throw new DistroError('OUTPUT_NOT_A_RELEASE', `${output} is not a directory`, { hint });
  if (entries === undefined || entries.length === 0 || (await isRelease(output))) return;
  throw new DistroError('OUTPUT_NOT_A_RELEASE', `${output} exists and holds no release`, { hint });
}

async function isRelease(directory: string): Promise<boolean> {
  const text = await ifExists(readFile(join(directory, 'release.json'), 'utf8'));
  if (text === undefined) return false;
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null && 'schemaVersion' in value && 'distro' in value;
  } catch {
    return false;
  }
}

/** Gives the new directory its name; the old one keeps it until the very moment. */
export async function replaceDirectory({ output, fresh, old }: Destination): Promise<void> {
  await withFsErrors(output, async () => {
    const entries = await ifExists(readdir(output));
    if (entries?.length === 0) await moveAway(output, () => rmdir(output));
    else if (entries !== undefined) await moveAway(output, () => rename(output, old));
    try {
      await rename(fresh, output);
    } catch (error) {
      if (entries !== undefined && entries.length > 0) await rename(old, output);
      throw error;
    }
    await removeTree(old);
  });
}

async function moveAway(output: string, move: () => Promise<void>): Promise<void> {
  try {
    await move();
  } catch (error) {
    if (fsCode(error) !== 'EBUSY') throw error;
    const hint = `choose a directory inside it, such as ${join(output, 'dist')}`;
    throw new DistroError('OUTPUT_NOT_A_RELEASE', `${output} is a mount point and cannot be replaced`, { hint });
  }
}
