import { randomUUID } from 'node:crypto';
import { open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type JsonObject, prettyJson } from '../model/json.ts';
import { withFsErrors } from '../store/fs-error.ts';
import type { Lock } from './schema.ts';

/** The text of a lock: keys sorted, so that a change of one entry is a change of its lines only. */
export function formatLock(lock: Lock): string {
  return prettyJson(lock as unknown as JsonObject);
}

/**
 * Writes a lock, whole or not at all: a reader sees the old file or the new one. A symbolic link stays one, the file that
 * it names is replaced. A file that already holds the lock is left alone.
 *
 * @returns Whether the file changed.
 * @throws DISK_FULL, PERMISSION_DENIED
 */
export async function writeLock(file: string, lock: Lock): Promise<boolean> {
  const text = formatLock(lock);
  const target = await realpath(file).catch(() => file);
  const before = await readFile(target, 'utf8').catch(() => undefined);
  if (before === text) return false;
  const temporary = join(dirname(target), `.distro.lock.${randomUUID()}`);
  try {
    await withFsErrors(target, async () => {
      await writeDurably(temporary, text, await modeOf(target));
      await rename(temporary, target);
    });
  } finally {
    await rm(temporary, { force: true });
  }
  return true;
}

async function writeDurably(file: string, text: string, mode: number): Promise<void> {
  const handle = await open(file, 'wx', mode);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function modeOf(file: string): Promise<number> {
  const found = await stat(file).catch(() => undefined);
  return found === undefined ? 0o666 : found.mode & 0o777;
}
