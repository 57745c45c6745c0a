import type { Declaration } from '../lock/declaration.ts';
import { addressesOf, furtherModulesOf, moduleVersionOf } from '../lock/lookup.ts';
import type { Lock } from '../lock/schema.ts';
import { ARCHES, type ArchName } from '../model/arch.ts';
import { sha256Of } from '../model/digest.ts';
import {
  type CSource,
  type DebianClosureSource,
  debianClosureKey,
  type DebianSource,
  debianKey,
  type GoModuleSource,
  goModuleKey,
  type LockedDebian,
  type LockedGoModule,
  type LockedSource,
  type LockedUrl,
  urlKey,
} from '../model/source.ts';

/**
 * A lock that pins every declared source to made-up bytes: enough to plan with, so that a unit test needs no network.
 * Nothing can be built from it. Equal declarations give equal locks.
 */
export function syntheticLock(declarations: readonly Declaration[]): Lock {
  const sources: Record<string, LockedSource> = {};
  for (const declaration of declarations) {
    for (const [key, entry] of entriesOf(declaration)) sources[key] = merge(sources[key], entry);
  }
  return {
    schemaVersion: 1,
    date: '2000-01-01T00:00:00Z',
    toolchains: { go: '1.0.0', zig: '0.1.0' },
    sources: Object.fromEntries(Object.entries(sources).sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

type Entry = readonly [key: string, entry: LockedSource];

function entriesOf({ source, version, arch }: Declaration): readonly Entry[] {
  switch (source.kind) {
    case 'go-module':
      return [
        goModuleEntry(source, version),
        ...(source.cgo?.sysroot ?? []).map((debian) => debianEntry(debian, arch)),
      ];
    case 'c-program':
      return [goModuleEntry(source, version)];
    case 'url':
      return [...addressesOf(source, { version, arch }).values()].map(urlEntry);
    case 'debian':
      return [debianEntry(source, arch)];
    case 'debian-closure':
      return [debianClosureEntry(source, arch)];
    case 'file':
      return [];
  }
}

function goModuleEntry(source: GoModuleSource | CSource, version: string): Entry {
  const { module } = source;
  const key = goModuleKey(module, moduleVersionOf(source, version));
  const entry: LockedGoModule = {
    kind: 'go-module',
    module,
    version: moduleVersionOf(source, version),
    packages: source.kind === 'go-module' ? Object.values(source.commands).toSorted() : [],
    with: source.kind === 'go-module' ? furtherModulesOf(source, version) : {},
    replaces: (source.kind === 'go-module' ? source.replaces : undefined) ?? 'same',
    sum: `h1:${Buffer.from(sha256Of(key), 'hex').toString('base64')}`,
    goMod: ['module distrokit.invalid/synthetic'],
    goSum: [],
  };
  return [key, entry];
}

function urlEntry(url: string): Entry {
  const entry: LockedUrl = { kind: 'url', url, sha256: sha256Of(url), size: url.length };
  return [urlKey(url), entry];
}

/** As if nothing depended on anything. */
function debianClosureEntry(source: DebianClosureSource, arch: ArchName): Entry {
  const { packages, ...where } = source;
  const locked = packages.map((name) => lockedDebian({ ...where, kind: 'debian', package: name }, arch));
  return [debianClosureKey(source, ARCHES[arch].deb), { kind: 'debian-closure', packages: locked }];
}

function debianEntry(source: DebianSource, arch: ArchName): Entry {
  return [debianKey(source, ARCHES[arch].deb), lockedDebian(source, arch)];
}

function lockedDebian(source: DebianSource, arch: ArchName): LockedDebian {
  const debArch = ARCHES[arch].deb;
  const key = debianKey(source, debArch);
  return {
    kind: 'debian',
    package: source.package,
    version: '1.0-1',
    arch: debArch,
    suite: source.suite ?? 'stable',
    component: source.component ?? 'main',
    ...(source.mirror === undefined ? {} : { mirror: source.mirror }),
    ...(source.keyring === undefined ? {} : { keyring: source.keyring }),
    filename: `pool/${source.package}_1.0-1_${debArch}.deb`,
    sha256: sha256Of(key),
    size: key.length,
  };
}

/** One module set serves every source of its module and version. */
function merge(known: LockedSource | undefined, entry: LockedSource): LockedSource {
  if (known?.kind !== 'go-module' || entry.kind !== 'go-module') return entry;
  const packages = [...new Set([...known.packages, ...entry.packages])].sort();
  const replaces = known.replaces === 'staging' ? 'staging' : entry.replaces;
  return { ...entry, packages, with: { ...known.with, ...entry.with }, replaces };
}
