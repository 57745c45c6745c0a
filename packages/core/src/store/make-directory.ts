import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fsCode } from './fs-error.ts';

/**
 * Makes a directory and those above it, as far as they do not exist. Node's own `recursive` says of a read-only file
 * system that the directory does not exist, and never returns for a place below /proc.
 */
export async function makeDirectory(path: string, mode?: number): Promise<void> {
  try {
    await mkdir(path, { mode });
  } catch (error) {
    const code = fsCode(error);
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return;
    if (code !== 'ENOENT' || dirname(path) === path) throw error;
    await makeDirectory(dirname(path));
    await mkdir(path, { mode }).catch((again: unknown) => {
      // Another process may have made it meanwhile.
      if (fsCode(again) !== 'EEXIST') throw again;
    });
  }
}
