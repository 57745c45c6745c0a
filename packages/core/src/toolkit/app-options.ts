import { join } from 'node:path';
import type { ArchName } from '../model/arch.ts';
import type { Reporter } from '../model/progress.ts';

/** The lock's name beside the app's file. */
export const LOCK_FILE = 'distro.lock.json';

/** What every operation on an app takes. */
export interface AppOptions {
  /** The directory of the app: what `file` sources are relative to, and where its lock stands. */
  readonly appDir: string;
  /** Aborts the operation; it then ends with `CANCELLED`. */
  readonly signal?: AbortSignal | undefined;
  /** Takes the operation's progress. @default ignored */
  readonly report?: Reporter | undefined;
}

/** What operations that build, or look at what was built, take beside. */
export interface BuildOptions extends AppOptions {
  /** The store's directory. */
  readonly storeDir: string;
  /** The distribution, for an app that has several. */
  readonly distro?: string | undefined;
  /** @default all of the distribution's */
  readonly arches?: readonly ArchName[] | undefined;
  /** Construct paths: they, what is below them and what they need. @default everything */
  readonly only?: readonly string[] | undefined;
  /** Seconds since 1970, as the environment variable SOURCE_DATE_EPOCH gives them. */
  readonly sourceDateEpoch?: string | undefined;
}

/** The lock's file of an app. */
export function lockFileOf({ appDir }: Pick<AppOptions, 'appDir'>): string {
  return join(appDir, LOCK_FILE);
}
