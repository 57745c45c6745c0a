import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ifExists } from './fs-error.ts';
import { sweepLocks } from './locks.ts';
import { removeTree } from './remove-tree.ts';
import { oldestOther, sweepSessions, type Session } from './session.ts';
import type { StoreDirs } from './store-dirs.ts';

/** Removes what was not used since `before`; what another running process may have used stays. */
export async function collectGarbage(
  dirs: StoreDirs,
  session: Session,
  before: Date,
): Promise<{ readonly blobs: number; readonly bytes: number }> {
  await sweepSessions(session.root);
  await sweepLocks(dirs.locks, session);
  const limit = Math.min(before.getTime(), (await oldestOther(session)) ?? Infinity);

  // Results first: a kill between the two leaves blobs without a result, not results without their blobs.
  const actions = await unused(dirs.actions, limit);
  for (const key of actions) {
    await removeTree(join(dirs.actions, key));
    await removeTree(join(dirs.keyed, key));
  }
  for (const name of await unused(dirs.steps, limit)) await removeOrphanStep(dirs, name);
  const caches = (await readdir(dirs.caches)).map((name) => join(dirs.caches, name));
  for (const dir of [dirs.logs, dirs.notes, ...caches]) {
    for (const name of await unused(dir, limit)) await removeTree(join(dir, name));
  }
  return removeBlobs(dirs, limit);
}

async function removeBlobs(
  dirs: StoreDirs,
  limit: number,
): Promise<{ readonly blobs: number; readonly bytes: number }> {
  let blobs = 0;
  let bytes = 0;
  for (const sha256 of await readdir(dirs.blobs)) {
    const file = join(dirs.blobs, sha256);
    const used = (await ifExists(stat(join(dirs.verified, sha256)))) ?? (await ifExists(stat(file)));
    const size = (await ifExists(stat(file)))?.size;
    if (used === undefined || size === undefined || used.mtimeMs >= limit) continue;
    await removeTree(file);
    await removeTree(join(dirs.verified, sha256));
    blobs += 1;
    bytes += size;
  }
  for (const sha256 of await unused(dirs.verified, limit)) {
    if ((await ifExists(stat(join(dirs.blobs, sha256)))) === undefined) await removeTree(join(dirs.verified, sha256));
  }
  return { blobs, bytes };
}

/** Which key a step ran with last is kept as long as the result: its own time does not move when the result is used. */
async function removeOrphanStep(dirs: StoreDirs, name: string): Promise<void> {
  const file = join(dirs.steps, name);
  const key = await ifExists(readFile(file, 'latin1'));
  if (key === undefined || (await ifExists(stat(join(dirs.actions, key)))) === undefined) await removeTree(file);
}

async function unused(dir: string, limit: number): Promise<readonly string[]> {
  const names = await readdir(dir);
  const times = await Promise.all(names.map((name) => ifExists(stat(join(dir, name)))));
  return names.filter((_, index) => (times[index]?.mtimeMs ?? Infinity) < limit);
}
