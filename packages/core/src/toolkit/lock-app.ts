import type { App } from '../constructs/app.ts';
import type { LockChange } from '../lock/changes.ts';
import { tryReadLock } from '../lock/read-lock.ts';
import { resolveLock } from '../lock/resolve.ts';
import { writeLock } from '../lock/write-lock.ts';
import { silent } from '../model/progress.ts';
import { type AppOptions, lockFileOf } from './app-options.ts';
import { declarationsOf } from './declarations.ts';

/** What {@link lockApp} and {@link updateApp} did. */
export interface LockResult {
  /** The lock's file. */
  readonly file: string;
  /** Entries that the lock now has. */
  readonly sources: number;
  /** How it differs from the lock before; empty when it does not. */
  readonly changes: readonly LockChange[];
}

/** What {@link updateApp} takes. */
export interface UpdateOptions extends AppOptions {
  /**
   * What to move: keys of the lock, modules, packages or construct paths, or `go` and `zig` for the compilers.
   * Everything when empty.
   */
  readonly names: readonly string[];
}

/**
 * Pins what the app declares and its lock lacks, and drops what it declares no more. What is pinned stays as it is.
 *
 * @throws LOCK_INVALID; ProblemsError with one problem for each source that cannot be resolved; CANCELLED
 */
export async function lockApp(app: App, options: AppOptions): Promise<LockResult> {
  return relock(app, options, []);
}

/** Moves pins to what is there now. @throws what {@link lockApp} does, and USAGE for a name that is not in use */
export async function updateApp(app: App, options: UpdateOptions): Promise<LockResult> {
  return relock(app, options, options.names.length === 0 ? 'all' : options.names);
}

async function relock(app: App, options: AppOptions, update: 'all' | readonly string[]): Promise<LockResult> {
  const { appDir, signal, report = silent } = options;
  const file = lockFileOf(options);
  const previous = await tryReadLock(file);
  const { lock, changes } = await resolveLock(declarationsOf(app), {
    ...(previous === undefined ? {} : { previous }),
    update,
    appDir,
    now: new Date(),
    report,
    ...(signal === undefined ? {} : { signal }),
  });
  await writeLock(file, lock);
  return { file, sources: Object.keys(lock.sources).length, changes };
}
