import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Copies a tree of files and directories, so that it can be changed and removed: module caches are read-only, and a
 * plain copy would keep their directories so. Nothing else stands in a module.
 */
export async function copySource(from: string, to: string, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await mkdir(to);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await copySource(source, target, signal);
    else if (entry.isFile()) await copyFile(source, target);
  }
}
