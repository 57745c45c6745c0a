import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { problemsOf, type Problem } from '../errors/distro-error.ts';
import { canonicalJson } from '../model/json.ts';
import type { Reporter } from '../model/progress.ts';
import type { LockedSource } from '../model/source.ts';
import { resolveDebian, resolveDebianClosure } from '../sources/debian.ts';
import { makeModuleSet } from '../sources/go-modules.ts';
import { findGo } from '../sources/go-toolchain.ts';
import { type KeepDownload, resolveUrl } from '../sources/resolve-url.ts';
import { inParallel } from './in-parallel.ts';
import type { Wanted } from './wanted.ts';

/** Where and how entries are resolved. */
export interface ResolveWantedOptions {
  /** An empty directory; whoever names it removes it. */
  readonly dir: string;
  readonly appDir: string;
  readonly report: Reporter;
  readonly keep?: KeepDownload | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What came of resolving. */
export interface Resolved {
  readonly entries: ReadonlyMap<string, LockedSource>;
  /** One for each entry that could not be resolved, with the path of the first construct that wants it. */
  readonly problems: readonly Problem[];
}

type Outcome = { readonly wanted: Wanted; readonly result: LockedSource | Error };

/** Asks the outside world for entries, several at a time, and goes on past those that fail. */
export async function resolveWanted(wanted: readonly Wanted[], options: ResolveWantedOptions): Promise<Resolved> {
  const entries = new Map<string, LockedSource>();
  const problems: Problem[] = [];
  options.report({ type: 'phase', phase: 'lock', total: wanted.length });
  const outcomes = await inParallel(4, batches(wanted), (batch) => resolveBatch(batch, options));
  for (const { wanted: entry, result } of outcomes.flat()) {
    if (result instanceof Error) problems.push(...problemsOf(result).map((problem) => withPath(problem, entry)));
    else entries.set(entry.key, result);
  }
  return { entries, problems };
}

/** Packages of one suite and architecture are asked for together: the package lists are fetched once. */
function batches(wanted: readonly Wanted[]): readonly (readonly Wanted[])[] {
  const grouped = Map.groupBy(wanted, (entry) => {
    if (entry.kind !== 'debian') return entry.key;
    const { suite, component, mirror, keyring } = entry.source;
    return canonicalJson({ suite, component, mirror, keyring, arch: entry.arch });
  });
  return [...grouped.values()];
}

async function resolveBatch(batch: readonly Wanted[], options: ResolveWantedOptions): Promise<readonly Outcome[]> {
  const { report } = options;
  const started = Date.now();
  for (const entry of batch) report({ type: 'step-start', id: entry.key, path: pathOf(entry), title: entry.key });
  const results = await resolveAll(batch, options).catch((error: unknown) => batch.map(() => asError(error)));
  const ms = Date.now() - started;
  const outcomes = batch.map((wanted, index) => ({ wanted, result: results[index] ?? new Error('no answer') }));
  for (const { wanted, result } of outcomes) {
    if (result instanceof Error) continue;
    report({ type: 'step-end', id: wanted.key, path: pathOf(wanted), title: wanted.key, ms, cached: false });
  }
  return outcomes;
}

/** The entries of one batch: one module set, one download, or the packages of one suite. */
async function resolveAll(
  batch: readonly Wanted[],
  options: ResolveWantedOptions,
): Promise<readonly (LockedSource | Error)[]> {
  const { appDir, signal } = options;
  const dir = await mkdtemp(join(options.dir, 'source-'));
  const [first] = batch;
  if (first?.kind === 'go-module') {
    return [await makeModuleSet({ ...first, go: await findGo({ signal }), dir, signal })];
  }
  if (first?.kind === 'debian-closure') {
    return [await resolveDebianClosure(first.source, first.arch, { dir, appDir, signal })];
  }
  if (first?.kind === 'url') return [await resolveDownload(first, join(dir, 'file'), options)];
  const packages = batch.flatMap((entry) => (entry.kind === 'debian' ? [entry] : []));
  const sources = packages.map(({ source }) => source);
  return resolveDebian(sources, packages[0]?.arch ?? '', { dir, appDir, signal });
}

async function resolveDownload(
  { key, address, sha256From }: Extract<Wanted, { readonly kind: 'url' }>,
  file: string,
  { report, keep, signal }: ResolveWantedOptions,
): Promise<LockedSource> {
  const onProgress = (done: number, total: number | undefined): void =>
    report({ type: 'step-progress', id: key, done, ...(total === undefined ? {} : { total }) });
  return resolveUrl(address, { file, sha256From, keep, signal, onProgress });
}

function withPath(problem: Problem, entry: Wanted): Problem {
  const { code, message, hint } = problem;
  return { code, message, path: pathOf(entry), ...(hint === undefined ? {} : { hint }) };
}

function pathOf(entry: Wanted): string {
  return entry.paths[0] ?? '';
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
