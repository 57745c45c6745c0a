import type { ArchName } from '../../model/arch.ts';
import { compareText } from '../../model/json.ts';
import type { PackageFile, PackageSpec } from '../../model/package-spec.ts';
import { formatRpmVersion, rpmVersionOf } from '../../model/rpm-version.ts';
import type { Compression } from '../../model/target.ts';
import { int32, strings } from './header.ts';
import type { TagValue } from './header.ts';
import { isRich, parseRelation } from './relation.ts';
import type { RpmRelation } from './relation.ts';
import type { RpmScripts, ScriptKind } from './scripts.ts';
import { parseSysusers } from '../sysusers.ts';
import type { SysusersEntry } from '../sysusers.ts';
import { SENSE, TAG } from './tags.ts';

/** A kind of dependency in a header. `orders` only says what is installed first when both are. */
export type DependencyKind = 'provides' | 'requires' | 'conflicts' | 'obsoletes' | 'recommends' | 'suggests' | 'orders';

/** The three tags of each kind. */
export const DEPENDENCY_TAGS: Readonly<
  Record<DependencyKind, { readonly name: number; readonly flags: number; readonly version: number }>
> = {
  provides: { name: TAG.provideName, flags: TAG.provideFlags, version: TAG.provideVersion },
  requires: { name: TAG.requireName, flags: TAG.requireFlags, version: TAG.requireVersion },
  conflicts: { name: TAG.conflictName, flags: TAG.conflictFlags, version: TAG.conflictVersion },
  obsoletes: { name: TAG.obsoleteName, flags: TAG.obsoleteFlags, version: TAG.obsoleteVersion },
  recommends: { name: TAG.recommendName, flags: TAG.recommendFlags, version: TAG.recommendVersion },
  suggests: { name: TAG.suggestName, flags: TAG.suggestFlags, version: TAG.suggestVersion },
  orders: { name: TAG.orderName, flags: TAG.orderFlags, version: TAG.orderVersion },
};

/** All dependencies of a package, each list in rpm's order. */
export type RpmDependencies = Readonly<Record<DependencyKind, readonly RpmRelation[]>>;

/** Where each kind of dependency comes from in a spec; `preDepends` and `breaks` are Debian's alone. */
const DECLARED_RELATIONS = {
  provides: 'provides',
  requires: 'depends',
  conflicts: 'conflicts',
  obsoletes: 'replaces',
  recommends: 'recommends',
  suggests: 'suggests',
} as const;

/** What the dependencies follow from, beside the spec. */
export interface DependencyOptions {
  readonly files: readonly PackageFile<unknown>[];
  readonly scripts: RpmScripts;
  readonly compression: Compression;
  /** The payload has stripped headers, for a file of 4 GiB or more. */
  readonly largeFiles: boolean;
}

/** What rpm's `%{_isa}` is: tells packages of the same name for different architectures apart. */
const ISA_NAMES: Readonly<Record<ArchName, string>> = {
  amd64: 'x86-64',
  arm64: 'aarch-64',
  ppc64le: 'ppc-64',
  s390x: 's390-64',
};

const SCRIPT_SENSES: Readonly<Record<ScriptKind, number>> = {
  preInstall: SENSE.scriptPre,
  postInstall: SENSE.scriptPost,
  preRemove: SENSE.scriptPreUn,
  postRemove: SENSE.scriptPostUn,
};

/**
 * The declared relations and those that rpm expects every package to have.
 *
 * @throws `RELATION_INVALID`, `VERSION_INVALID`
 */
export function dependenciesOf(spec: PackageSpec<unknown>, options: DependencyOptions): RpmDependencies {
  const evr = formatRpmVersion(rpmVersionOf(spec));
  const users = parseSysusers(spec.sysusers);
  const hasConfig = options.files.some((file) => file.type === 'file' && file.config !== undefined);
  const config: RpmRelation = { name: `config(${spec.name})`, flags: SENSE.equal | SENSE.config, version: evr };
  const declared = (kind: keyof typeof DECLARED_RELATIONS): readonly RpmRelation[] =>
    (spec.relations[DECLARED_RELATIONS[kind]] ?? []).map(parseRelation);
  const provides = [
    ...declared('provides'),
    equal(spec.name, evr),
    ...(spec.arch === 'all' ? [] : [equal(`${spec.name}(${ISA_NAMES[spec.arch]})`, evr)]),
    ...(hasConfig ? [config] : []),
    ...users.flatMap(providedAccounts),
  ];
  const requires = [
    ...declared('requires'),
    ...(hasConfig ? [config] : []),
    ...interpreters(options.scripts),
    // For the fallback in the script that makes the accounts where rpm and systemd do not.
    ...(users.length > 0 ? [{ name: 'shadow-utils', flags: SENSE.scriptPre, version: '' }] : []),
  ];
  const lists = {
    provides,
    conflicts: declared('conflicts'),
    obsoletes: declared('obsoletes'),
    recommends: declared('recommends'),
    suggests: declared('suggests'),
    orders: spec.units.length > 0 ? SYSTEMD_FIRST : [],
  };
  const features = requiredFeatures([...requires, ...Object.values(lists).flat()], options);
  return {
    provides: sorted(lists.provides),
    requires: sorted([...requires, ...features]),
    conflicts: sorted(lists.conflicts),
    obsoletes: sorted(lists.obsoletes),
    recommends: sorted(lists.recommends),
    suggests: sorted(lists.suggests),
    orders: sorted(lists.orders),
  };
}

/** The header tags of the dependencies. */
export function dependencyTags(dependencies: RpmDependencies): ReadonlyMap<number, TagValue> {
  const tags = new Map<number, TagValue>();
  for (const [kind, { name, flags, version }] of Object.entries(DEPENDENCY_TAGS)) {
    const list = dependencies[kind as DependencyKind];
    if (list.length === 0) continue;
    tags.set(name, strings(list.map((each) => each.name)));
    tags.set(flags, int32(list.map((each) => each.flags)));
    tags.set(version, strings(list.map((each) => each.version)));
  }
  return tags;
}

/** A package with units is set up after systemd when both are new, but lives without it. */
const SYSTEMD_FIRST: readonly RpmRelation[] = [SENSE.scriptPost, SENSE.scriptPreUn, SENSE.scriptPostUn].map(
  (flags) => ({ name: 'systemd', flags, version: '' }),
);

function equal(name: string, version: string): RpmRelation {
  return { name, flags: SENSE.equal, version };
}

/** rpm 4.19 and later make the accounts from these before they unpack. @see rpm-sysusers(7) */
function providedAccounts(entry: SysusersEntry): readonly RpmRelation[] {
  const padding = '\0'.repeat((3 - (Buffer.byteLength(entry.line) % 3)) % 3);
  const version = Buffer.from(entry.line + padding).toString('base64');
  switch (entry.type) {
    case 'user':
      return [equal(`user(${entry.name})`, version), { name: `group(${entry.name})`, flags: 0, version: '' }];
    case 'group':
      return [equal(`group(${entry.name})`, version)];
    case 'member':
      return [equal(`groupmember(${entry.name}/${entry.group})`, version)];
  }
}

function interpreters(scripts: RpmScripts): readonly RpmRelation[] {
  return Object.keys(scripts).map((kind) => ({
    name: '/bin/sh',
    flags: SENSE.interpreter | SCRIPT_SENSES[kind as ScriptKind],
    version: '',
  }));
}

/** The features that an rpm must know to install the package, each with the rpm version that brought it. */
function requiredFeatures(relations: readonly RpmRelation[], options: DependencyOptions): readonly RpmRelation[] {
  const versions = relations.map(({ version }) => version).join(' ');
  const capabilities = options.files.some((file) => file.type === 'file' && file.capabilities !== undefined);
  const features: readonly (readonly [name: string, version: string, needed: boolean])[] = [
    ['CompressedFileNames', '3.0.4-1', true],
    ['FileDigests', '4.6.0-1', true],
    ['PayloadFilesHavePrefix', '4.0-1', true],
    ['PayloadIsZstd', '5.4.18-1', options.compression === 'zstd'],
    ['FileCaps', '4.6.1-1', capabilities],
    ['LargeFiles', '4.12.0-1', options.largeFiles],
    ['RichDependencies', '4.12.0-1', relations.some(isRich)],
    ['TildeInVersions', '4.10.0-1', versions.includes('~')],
    ['CaretInVersions', '4.15.0-1', versions.includes('^')],
  ];
  return features
    .filter(([, , needed]) => needed)
    .map(([name, version]) => ({
      name: `rpmlib(${name})`,
      flags: SENSE.rpmlib | SENSE.less | SENSE.equal,
      version,
    }));
}

/** By name, as rpm searches them; without repetitions. */
function sorted(relations: readonly RpmRelation[]): readonly RpmRelation[] {
  const unique = new Map(relations.map((each) => [JSON.stringify([each.name, each.version, each.flags]), each]));
  return [...unique.values()].sort(
    (a, b) => compareText(a.name, b.name) || compareText(a.version, b.version) || a.flags - b.flags,
  );
}
