import { link, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DistroError } from '../errors/distro-error.ts';
import { fsCode, ifExists, withFsErrors } from './fs-error.ts';
import { isAlive, type Session } from './session.ts';

const POLL_MS = 100;

/** Runs `work` while this session holds the lock `name` in `dir`; waits for a living holder, takes over from a dead one. */
export async function withLock<T>(
  dir: string,
  name: string,
  session: Session,
  work: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const lock = join(dir, name);
  await withFsErrors(lock, () => acquire(lock, session, signal));
  try {
    return await work();
  } finally {
    await release(lock, session);
  }
}

/** Removes the locks of dead sessions. */
export async function sweepLocks(dir: string, session: Session): Promise<void> {
  for (const name of await readdir(dir)) {
    const lock = join(dir, name);
    const holder = await ifExists(readFile(lock, 'latin1'));
    if (holder !== undefined && !(await isAlive(session.root, holder))) await takeAway(lock, holder, session);
  }
}

async function acquire(lock: string, session: Session, signal?: AbortSignal): Promise<void> {
  while (!(await tryAcquire(lock, session))) {
    if (signal?.aborted === true) throw new DistroError('CANCELLED', 'stopped while waiting for another process');
    const holder = await ifExists(readFile(lock, 'latin1'));
    if (holder === undefined) continue;
    if (await isAlive(session.root, holder)) await sleep(POLL_MS);
    else await takeAway(lock, holder, session);
  }
}

/** A link appears with its content, so a lock always names its holder. */
async function tryAcquire(lock: string, session: Session): Promise<boolean> {
  const own = session.newPath();
  await writeFile(own, session.owner);
  try {
    await link(own, lock);
    return true;
  } catch (error) {
    if (fsCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(own, { force: true });
  }
}

/** Of several processes that see the same dead holder, a late one can move the lock of the first: it is put back. */
async function takeAway(lock: string, holder: string, session: Session): Promise<void> {
  const taken = session.newPath();
  await ifExists(rename(lock, taken));
  const content = await ifExists(readFile(taken, 'latin1'));
  // Were a third process to lock in between, a step would run twice and give the same bytes: no harm.
  if (content !== undefined && content !== holder) await link(taken, lock).catch(() => {});
  await rm(taken, { force: true });
}

async function release(lock: string, session: Session): Promise<void> {
  if ((await ifExists(readFile(lock, 'latin1'))) === session.owner) await rm(lock, { force: true });
}
