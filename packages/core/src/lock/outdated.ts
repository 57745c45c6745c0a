import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Problem, problemsOf } from '../errors/distro-error.ts';
import { compareText } from '../model/json.ts';
import type {
  DebianClosureSource,
  DebianSource,
  LockedDebian,
  LockedDebianClosure,
  LockedSource,
} from '../model/source.ts';
import { resolveDebian, resolveDebianClosure } from '../sources/debian.ts';
import { versionsOfModule } from '../sources/go-module-problem.ts';
import { findGo } from '../sources/go-toolchain.ts';
import { newestVersion } from '../sources/nearest-versions.ts';
import { resolveUrl } from '../sources/resolve-url.ts';
import { inParallel } from './in-parallel.ts';
import type { Lock } from './schema.ts';

/** An entry that the outside world has something newer for. */
export interface OutdatedSource {
  readonly key: string;
  /** What the lock has: a version, or the sha256 of a download. */
  readonly current: string;
  /** What there is. */
  readonly latest: string;
  /**
   * How to move: `update` re-pins it, `declare` means that the version stands in the app and has to be changed there.
   */
  readonly move: 'update' | 'declare';
}

/** What {@link findOutdated} found. */
export interface Outdated {
  /** Sorted by key. */
  readonly outdated: readonly OutdatedSource[];
  /** One for each entry that could not be checked. */
  readonly problems: readonly Problem[];
}

/** Where sources are asked for newer versions. */
export interface OutdatedOptions {
  readonly appDir: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Compares every entry of a lock with what is published now. Go modules: the newest version, no pre-release unless the
 * entry is one. Debian packages: the suite's version. Downloads: fetched again, since their bytes should never change.
 */
export async function findOutdated(lock: Lock, options: OutdatedOptions): Promise<Outdated> {
  const dir = await mkdtemp(join(tmpdir(), 'distrokit-outdated-'));
  const outdated: OutdatedSource[] = [];
  const problems: Problem[] = [];
  try {
    await inParallel(4, Object.entries(lock.sources), async ([key, entry]) => {
      try {
        const found = await newerThan(key, entry, { ...options, dir: await mkdtemp(join(dir, 'source-')) });
        if (found !== undefined) outdated.push({ key, ...found });
      } catch (error) {
        problems.push(...problemsOf(error).map(({ code, message }) => ({ code, message: `${key}: ${message}` })));
      }
    });
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
  return {
    outdated: outdated.sort((a, b) => compareText(a.key, b.key)),
    problems: problems.sort((a, b) => compareText(a.message, b.message)),
  };
}

type Newer = Omit<OutdatedSource, 'key'> | undefined;

async function newerThan(
  key: string,
  entry: LockedSource,
  options: OutdatedOptions & { readonly dir: string },
): Promise<Newer> {
  const { dir, signal } = options;
  if (entry.kind === 'url') {
    const { sha256 } = await resolveUrl(entry.url, { file: join(dir, 'file'), signal });
    return sha256 === entry.sha256 ? undefined : { current: entry.sha256, latest: sha256, move: 'update' };
  }
  if (entry.kind === 'debian') {
    const [newest] = await resolveDebian([sourceOf(key, entry)], entry.arch, options);
    if (newest instanceof Error) throw newest;
    const latest = newest?.version ?? entry.version;
    return latest === entry.version ? undefined : { current: entry.version, latest, move: 'update' };
  }
  if (entry.kind === 'debian-closure') {
    const [first] = entry.packages;
    if (first === undefined) return undefined;
    const source = closureOf(key, first);
    const newest = await resolveDebianClosure(source, first.arch, options);
    const [current, latest] = [versionsOf(entry), versionsOf(newest)];
    const changed = latest.filter((each) => !current.includes(each));
    const gone = current.filter((each) => !latest.includes(each));
    if (changed.length === 0 && gone.length === 0) return undefined;
    return { current: gone.join(' ') || '-', latest: changed.join(' ') || '-', move: 'update' };
  }
  const published = await versionsOfModule(entry.module, { go: await findGo({ signal }), dir, signal });
  const latest = newestVersion(entry.version, [...published, entry.version]) ?? entry.version;
  return latest === entry.version ? undefined : { current: entry.version, latest, move: 'declare' };
}

function versionsOf({ packages }: LockedDebianClosure): readonly string[] {
  return packages.map(({ package: name, version }) => `${name}=${version}`);
}

/** The declaration of a closure: its packages stand in its key. */
function closureOf(key: string, first: LockedDebian): DebianClosureSource {
  const { kind: _kind, package: _package, files: _files, ...where } = sourceOf(key.replace('-closure', ''), first);
  const packages = /\/([^/:]+):[^/]*$/u.exec(key.replace(/@.*$/u, ''))?.[1]?.split(',') ?? [];
  return { ...where, kind: 'debian-closure', packages };
}

/** The declaration that an entry was made for: one without suite has `-` in its key. */
function sourceOf(key: string, entry: LockedDebian): DebianSource {
  const { suite, component, mirror, keyring } = entry;
  return {
    kind: 'debian',
    package: entry.package,
    component,
    ...(key.startsWith('debian:-/') ? {} : { suite }),
    ...(mirror === undefined ? {} : { mirror }),
    ...(keyring === undefined ? {} : { keyring }),
  };
}
