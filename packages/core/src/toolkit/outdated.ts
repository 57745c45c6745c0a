import { findOutdated, type Outdated } from '../lock/outdated.ts';
import { readLock } from '../lock/read-lock.ts';
import { type AppOptions, lockFileOf } from './app-options.ts';

/** Compares every pin of an app's lock with what is published now. Changes nothing. @throws LOCK_MISSING, LOCK_INVALID */
export async function outdated(options: Pick<AppOptions, 'appDir' | 'signal'>): Promise<Outdated> {
  const { appDir, signal } = options;
  return findOutdated(await readLock(lockFileOf(options)), { appDir, signal });
}
