import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Where the store is when nobody names a place: `$DISTROKIT_STORE`, else `distrokit` in `$XDG_CACHE_HOME`, else
 * `~/.cache/distrokit`. Relative values of `XDG_CACHE_HOME` are ignored, as the XDG Base Directory Specification asks.
 */
export function defaultStoreDir(env: Readonly<Record<string, string | undefined>>): string {
  if (env.DISTROKIT_STORE !== undefined && env.DISTROKIT_STORE !== '') return env.DISTROKIT_STORE;
  const cache = env.XDG_CACHE_HOME;
  if (cache?.startsWith('/') === true) return join(cache, 'distrokit');
  return join(env.HOME ?? homedir(), '.cache', 'distrokit');
}
