import { ARCHES, type ArchName } from '../model/arch.ts';
import { expand } from '../model/expand.ts';
import {
  type CSource,
  type DebianClosureSource,
  type DebianSource,
  debianClosureKey,
  debianKey,
  type GoModuleSource,
  goModuleKey,
  type LockedDebian,
  type LockedDebianClosure,
  type LockedGoModule,
  type LockedUrl,
  type UrlSource,
  urlKey,
} from '../model/source.ts';
import type { Lock } from './schema.ts';

/** The lock's entry for a source, or why there is none to use. */
export type Lookup<T> =
  | { readonly found: T }
  | { readonly code: 'SOURCE_NOT_LOCKED' | 'SOURCE_STALE'; readonly message: string };

/** The module version that a source is built from: its own, else the component's with a `v` in front. */
export function moduleVersionOf(source: GoModuleSource | CSource, version: string): string {
  return expand(source.version ?? 'v{version}', { version });
}

/** The further modules that a source asks for, each at its version. */
export function furtherModulesOf(source: GoModuleSource, version: string): Readonly<Record<string, string>> {
  const modules = Object.entries(source.with ?? {});
  return Object.fromEntries(modules.map(([path, wanted]) => [path, expand(wanted, { version })]));
}

/** The addresses of a download source by the name that each file gets. */
export function addressesOf(
  source: UrlSource,
  values: { readonly version: string; readonly arch: ArchName },
): ReadonlyMap<string, string> {
  return new Map(Object.entries(source.files).map(([name, address]) => [name, expand(address, values)]));
}

/** The module set for a source. An entry is stale when it was tidied for less than the source declares. */
export function lookupGoModule(lock: Lock, source: GoModuleSource | CSource, version: string): Lookup<LockedGoModule> {
  const moduleVersion = moduleVersionOf(source, version);
  const what = `go module ${source.module} ${moduleVersion}`;
  const entry = entryOf(lock, goModuleKey(source.module, moduleVersion));
  if (entry?.kind !== 'go-module') return notLocked(what);
  const gap = source.kind === 'go-module' ? gapOf(entry, source, version) : undefined;
  return gap === undefined ? { found: entry } : stale(what, gap);
}

/** The entry of one download address. */
export function lookupUrl(lock: Lock, address: string): Lookup<LockedUrl> {
  const entry = entryOf(lock, urlKey(address));
  return entry?.kind === 'url' ? { found: entry } : notLocked(`download ${address}`);
}

/** The entry of a Debian package for one architecture. */
export function lookupDebian(lock: Lock, source: DebianSource, arch: ArchName): Lookup<LockedDebian> {
  const debArch = ARCHES[arch].deb;
  const what = `Debian package ${source.package}:${debArch} of ${source.suite ?? "the machine's suite"}`;
  const entry = entryOf(lock, debianKey(source, debArch));
  if (entry?.kind !== 'debian') return notLocked(what);
  return entry.keyring === source.keyring
    ? { found: entry }
    : stale(what, `keyring ${source.keyring ?? "of apt's own"}`);
}

/** The packages of a closure for one architecture. */
export function lookupDebianClosure(
  lock: Lock,
  source: DebianClosureSource,
  arch: ArchName,
): Lookup<LockedDebianClosure> {
  const debArch = ARCHES[arch].deb;
  const what = `Debian packages ${source.packages.join(' ')}:${debArch} of ${source.suite ?? "the machine's suite"}`;
  const entry = entryOf(lock, debianClosureKey(source, debArch));
  if (entry?.kind !== 'debian-closure') return notLocked(what);
  return entry.packages.every(({ keyring }) => keyring === source.keyring)
    ? { found: entry }
    : stale(what, `keyring ${source.keyring ?? "of apt's own"}`);
}

/** What a source declares and its entry was not made for, in words; undefined when the entry covers it. */
function gapOf(entry: LockedGoModule, source: GoModuleSource, version: string): string | undefined {
  const replaces = source.replaces ?? 'same';
  if (entry.replaces !== replaces) return `replaces '${replaces}'`;
  const missing = Object.values(source.commands).find((path) => !entry.packages.includes(path));
  if (missing !== undefined) return `package ${missing}`;
  const further = Object.entries(furtherModulesOf(source, version));
  const changed = further.find(([path, wanted]) => entry.with[path] !== wanted);
  return changed === undefined ? undefined : `module ${changed[0]} ${changed[1]}`;
}

function entryOf(lock: Lock, key: string): Lock['sources'][string] | undefined {
  return Object.hasOwn(lock.sources, key) ? lock.sources[key] : undefined;
}

function notLocked(what: string): Lookup<never> {
  return { code: 'SOURCE_NOT_LOCKED', message: `${what} has no entry in distro.lock.json` };
}

function stale(what: string, gap: string): Lookup<never> {
  return { code: 'SOURCE_STALE', message: `${what} is in distro.lock.json without its ${gap}` };
}
