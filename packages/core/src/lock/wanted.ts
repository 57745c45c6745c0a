import type { Problem } from '../errors/distro-error.ts';
import { ARCHES } from '../model/arch.ts';
import {
  type CSource,
  type DebianClosureSource,
  debianClosureKey,
  type DebianSource,
  debianKey,
  type GoModuleSource,
  goModuleKey,
  type LockedGoModule,
  type LockedSource,
  urlKey,
} from '../model/source.ts';
import type { Declaration } from './declaration.ts';
import { addressesOf, furtherModulesOf, moduleVersionOf } from './lookup.ts';

/** One entry that the lock must have, and which constructs want it. */
export type Wanted = { readonly key: string; readonly paths: readonly string[] } & WantedSource;

type WantedSource =
  | ({ readonly kind: 'go-module' } & Pick<LockedGoModule, 'module' | 'version' | 'packages' | 'with' | 'replaces'>)
  | { readonly kind: 'url'; readonly address: string; readonly sha256From?: string }
  | { readonly kind: 'debian'; readonly source: DebianSource; readonly arch: string }
  | { readonly kind: 'debian-closure'; readonly source: DebianClosureSource; readonly arch: string };

/** Everything that declarations want of the lock. */
export interface WantedSources {
  /** Sorted by key. */
  readonly entries: readonly Wanted[];
  /** The compilers that some source needs, each with the path of the first construct that does. */
  readonly toolchains: ReadonlyMap<'go' | 'zig', string>;
  /** Declarations that contradict each other. */
  readonly problems: readonly Problem[];
}

/** Merges declarations: all commands of one module version are one entry, and equal declarations are one. */
export function collectWanted(declarations: readonly Declaration[]): WantedSources {
  const entries = new Map<string, Wanted>();
  const toolchains = new Map<'go' | 'zig', string>();
  const problems: Problem[] = [];
  for (const { path, source, version, arch } of declarations) {
    const add = (key: string, wanted: WantedSource): void => {
      const known = entries.get(key);
      const merged = known === undefined ? wanted : mergeWanted(known, wanted);
      if (typeof merged === 'string') problems.push({ code: 'VALIDATION', message: `${key} ${merged}`, path });
      else entries.set(key, { ...merged, key, paths: [...new Set([...(known?.paths ?? []), path])] });
    };
    const needs = (tool: 'go' | 'zig'): void => void toolchains.set(tool, toolchains.get(tool) ?? path);
    const addDebian = (debian: DebianSource): void =>
      add(debianKey(debian, ARCHES[arch].deb), { kind: 'debian', source: debian, arch: ARCHES[arch].deb });
    if (source.kind === 'debian') addDebian(source);
    if (source.kind === 'debian-closure') {
      const debArch = ARCHES[arch].deb;
      add(debianClosureKey(source, debArch), { kind: source.kind, source, arch: debArch });
    }
    if (source.kind === 'url' && source.arches.includes(arch)) {
      const { sha256From } = source;
      for (const address of addressesOf(source, { version, arch }).values()) {
        add(urlKey(address), { kind: 'url', address, ...(sha256From === undefined ? {} : { sha256From }) });
      }
    }
    if (source.kind === 'go-module' || source.kind === 'c-program') {
      const wanted = wantedModule(source, version);
      add(goModuleKey(wanted.module, wanted.version), wanted);
      needs('go');
      if (source.kind === 'c-program' || source.cgo !== undefined) needs('zig');
      if (source.kind === 'go-module') source.cgo?.sysroot?.forEach(addDebian);
    }
  }
  const sorted = [...entries.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  return { entries: sorted, toolchains, problems };
}

/** Does a locked entry hold everything that is wanted of it? One that holds more is good too. */
export function covers(entry: LockedSource | undefined, wanted: Wanted): boolean {
  if (entry === undefined || entry.kind !== wanted.kind) return false;
  if (wanted.kind === 'debian') return entry.kind === 'debian' && entry.keyring === wanted.source.keyring;
  if (wanted.kind === 'debian-closure') {
    return entry.kind === 'debian-closure' && entry.packages.every(({ keyring }) => keyring === wanted.source.keyring);
  }
  if (wanted.kind === 'url' || entry.kind !== 'go-module') return true;
  // A module that only C programs are taken from has no packages, and no rule for replacements to keep.
  if (wanted.packages.length > 0 && entry.replaces !== wanted.replaces) return false;
  const further = Object.entries(wanted.with);
  return (
    wanted.packages.every((path) => entry.packages.includes(path)) &&
    further.every(([path, version]) => entry.with[path] === version)
  );
}

type WantedModule = Extract<WantedSource, { readonly kind: 'go-module' }>;

function wantedModule(source: GoModuleSource | CSource, version: string): WantedModule {
  const module = { kind: 'go-module', module: source.module, version: moduleVersionOf(source, version) } as const;
  if (source.kind === 'c-program') return { ...module, packages: [], with: {}, replaces: 'same' };
  const packages = [...new Set(Object.values(source.commands))].sort();
  return { ...module, packages, with: furtherModulesOf(source, version), replaces: source.replaces ?? 'same' };
}

/** Two wishes as one, or what they contradict each other in. */
function mergeWanted(a: WantedSource, b: WantedSource): WantedSource | string {
  if (a.kind === 'url' && b.kind === 'url') return { ...b, ...a };
  if ((a.kind === 'debian' && b.kind === 'debian') || (a.kind === 'debian-closure' && b.kind === 'debian-closure')) {
    return a.source.keyring === b.source.keyring ? a : 'is declared with two keyrings';
  }
  if (a.kind !== 'go-module' || b.kind !== 'go-module') return 'is declared as two kinds of source';
  if (a.packages.length > 0 && b.packages.length > 0 && a.replaces !== b.replaces) {
    return "is declared with replaces 'staging' and 'same'";
  }
  const conflict = Object.keys(b.with).find((path) => a.with[path] !== undefined && a.with[path] !== b.with[path]);
  if (conflict !== undefined) return `is declared with two versions of ${conflict}`;
  return {
    ...a,
    packages: [...new Set([...a.packages, ...b.packages])].sort(),
    with: { ...a.with, ...b.with },
    replaces: a.packages.length > 0 ? a.replaces : b.replaces,
  };
}
