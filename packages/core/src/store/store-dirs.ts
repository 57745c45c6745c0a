import { join } from 'node:path';
import { withFsErrors } from './fs-error.ts';
import { makeDirectory } from './make-directory.ts';

const NAMES = ['blobs', 'verified', 'actions', 'keyed', 'steps', 'locks', 'logs', 'notes', 'caches', 'tmp'] as const;

/** The directories of a store, by what they hold. */
export type StoreDirs = { readonly [Name in (typeof NAMES)[number]]: string };

/** The version of the layout; another layout is another directory, so that two versions of distrokit can share a place. */
const LAYOUT = 'v1';

/** The directories of the store in `dir`. */
export function storeDirs(dir: string): StoreDirs {
  return Object.fromEntries(NAMES.map((name) => [name, join(dir, LAYOUT, name)])) as StoreDirs;
}

/** Makes the directories that do not exist. */
export async function makeStoreDirs(dirs: StoreDirs): Promise<void> {
  for (const dir of Object.values(dirs)) await withFsErrors(dir, () => makeDirectory(dir));
}
