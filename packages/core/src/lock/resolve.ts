import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assertNoProblems, DistroError, type Problem, problemsOf } from '../errors/distro-error.ts';
import { type Reporter, silent } from '../model/progress.ts';
import type { LockedSource } from '../model/source.ts';
import { findGo } from '../sources/go-toolchain.ts';
import type { KeepDownload } from '../sources/resolve-url.ts';
import { findZig } from '../sources/zig-toolchain.ts';
import { type LockChange, lockChanges } from './changes.ts';
import type { Declaration } from './declaration.ts';
import { resolveWanted } from './resolve-wanted.ts';
import type { Lock, Toolchains } from './schema.ts';
import { collectWanted, covers, type Wanted, type WantedSources } from './wanted.ts';

/** How a lock is made. */
export interface ResolveLockOptions {
  /** The lock so far; what it holds is kept. */
  readonly previous?: Lock;
  /**
   * What is asked for again although the lock has it: everything, or each entry that has one of these names: its key, its
   * module or package, the path of a construct that declares it, or `go` and `zig` for the compilers.
   */
  readonly update?: 'all' | readonly string[];
  /** The directory of the app. */
  readonly appDir: string;
  /** The lock's date when something changed. */
  readonly now: Date;
  /** Takes each download, so that the build need not fetch it again; without it they are dropped. */
  readonly keep?: KeepDownload;
  readonly report?: Reporter;
  readonly signal?: AbortSignal;
}

/** A lock and how it differs from the one before. */
export interface ResolvedLock {
  readonly lock: Lock;
  /** Empty when nothing changed. */
  readonly changes: readonly LockChange[];
}

/**
 * Makes the lock for what an app declares: keeps what the previous one holds, resolves what is missing or stale, drops
 * what nothing declares any more. Asks nobody outside when nothing is missing.
 *
 * @throws ProblemsError with one problem for each source that cannot be resolved, each naming a construct.
 * @throws USAGE when a name to update is not in use.
 */
export async function resolveLock(
  declarations: readonly Declaration[],
  options: ResolveLockOptions,
): Promise<ResolvedLock> {
  const { previous, appDir, now, keep, report = silent, signal } = options;
  const wanted = collectWanted(declarations);
  assertNoProblems(wanted.problems);
  const renew = renewalOf(wanted.entries, options.update ?? []);
  const kept = (entry: Wanted): LockedSource | undefined => {
    const locked = previous?.sources[entry.key];
    return covers(locked, entry) && !renew(entry) ? locked : undefined;
  };
  const missing = wanted.entries.filter((entry) => kept(entry) === undefined);
  const toolchains = await pinToolchains(wanted.toolchains, options);
  const dir = await mkdtemp(join(tmpdir(), 'distrokit-lock-'));
  try {
    const found =
      missing.length === 0 ? undefined : await resolveWanted(missing, { dir, appDir, report, keep, signal });
    if (signal?.aborted) throw new DistroError('CANCELLED', 'locking was stopped');
    assertNoProblems([...toolchains.problems, ...(found?.problems ?? [])]);
    const sources = wanted.entries.flatMap((entry) => {
      const locked = kept(entry) ?? found?.entries.get(entry.key);
      return locked === undefined ? [] : [[entry.key, locked] as const];
    });
    return dated(previous, { toolchains: toolchains.pinned, sources: Object.fromEntries(sources) }, now);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** Keeps the previous date, and so every byte of the file, when nothing changed. */
function dated(previous: Lock | undefined, content: Pick<Lock, 'toolchains' | 'sources'>, now: Date): ResolvedLock {
  const date = now.toISOString().replace(/\.[0-9]+Z$/u, 'Z');
  const lock: Lock = { schemaVersion: 1, date, ...content };
  const changes = lockChanges(previous, lock);
  const same = previous !== undefined && changes.length === 0;
  return { lock: same ? { ...lock, date: previous.date } : lock, changes };
}

/** Says which entries are to be asked for again. */
function renewalOf(entries: readonly Wanted[], update: 'all' | readonly string[]): (entry: Wanted) => boolean {
  if (update === 'all') return () => true;
  const unused = update.filter((name) => !TOOLS.has(name) && !entries.some((entry) => isNamed(entry, name)));
  assertNoProblems(
    unused.map((name) => ({
      code: 'USAGE',
      message: `no source is called '${name}'`,
      hint: 'name a key of distro.lock.json, a module, a package or the path of a construct',
    })),
  );
  return (entry) => update.some((name) => isNamed(entry, name));
}

const TOOLS: ReadonlySet<string> = new Set(['go', 'zig']);

function isNamed(entry: Wanted, name: string): boolean {
  if (entry.key === name || entry.paths.some((path) => path === name || path.startsWith(`${name}/`))) return true;
  if (entry.kind === 'go-module') return entry.module === name;
  if (entry.kind === 'url') return entry.address === name;
  return entry.kind === 'debian' ? entry.source.package === name : entry.source.packages.includes(name);
}

/** The compilers' versions: those of the previous lock, or those on this machine. */
async function pinToolchains(
  needed: WantedSources['toolchains'],
  { previous, update = [], appDir, signal }: ResolveLockOptions,
): Promise<{ readonly pinned: Toolchains; readonly problems: readonly Problem[] }> {
  const problems: Problem[] = [];
  const pin = async (tool: 'go' | 'zig'): Promise<Toolchains> => {
    const path = needed.get(tool);
    if (path === undefined) return {};
    const before = previous?.toolchains[tool];
    if (before !== undefined && update !== 'all' && !update.includes(tool)) return { [tool]: before };
    try {
      const { version } = tool === 'go' ? await findGo({ signal }) : await findZig(appDir, { signal });
      return { [tool]: version };
    } catch (error) {
      problems.push(...problemsOf(error).map((problem) => ({ path, ...problem })));
      return {};
    }
  };
  return { pinned: { ...(await pin('go')), ...(await pin('zig')) }, problems };
}
