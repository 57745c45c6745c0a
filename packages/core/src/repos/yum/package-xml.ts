import type { RpmRelation } from '../../formats/rpm/relation.ts';
import { SENSE } from '../../formats/rpm/tags.ts';
import type { RpmFile, RpmInfo } from '../../formats/rpm/rpm-info.ts';
import type { Sha256 } from '../../model/digest.ts';
import { compareText } from '../../model/json.ts';
import { xmlAttributes, xmlElement } from './xml.ts';

/** What is known of the package's file. */
export interface PackageFileInfo {
  readonly sha256: Sha256;
  readonly size: number;
  readonly path: string;
  readonly arch: string;
}

/** The kinds of relations that a repository lists, in the order that createrepo_c has them. */
const RELATIONS = ['provides', 'requires', 'conflicts', 'obsoletes', 'suggests', 'recommends'] as const;

/** Files that other packages may ask for by their path; the others stand in the filelists only. */
const PRIMARY_FILE = /^\/etc\/|bin\/|^\/usr\/lib\/sendmail$/u;
const CHANGELOG_ENTRIES = 10;

/** PREREQ, SCRIPT_PRE and SCRIPT_POST: must be there before the package's scripts run. */
const PRE = 64 | 512 | 1024;

/** A package's element in `primary.xml`. */
export function describePrimary(info: RpmInfo, file: PackageFileInfo): string {
  const { start, end } = info.headerRange;
  return [
    '<package type="rpm">',
    xmlElement('name', info.name),
    xmlElement('arch', file.arch),
    versionOf(info),
    xmlElement('checksum', file.sha256, xmlAttributes({ type: 'sha256', pkgid: 'YES' })),
    xmlElement('summary', info.summary),
    xmlElement('description', info.description),
    xmlElement('packager', info.maintainer),
    xmlElement('url', info.homepage),
    `<time${xmlAttributes({ file: info.buildTime, build: info.buildTime })}/>`,
    `<size${xmlAttributes({ package: file.size, installed: info.installedSize, archive: info.archiveSize })}/>`,
    `<location${xmlAttributes({ href: file.path })}/>`,
    '<format>',
    xmlElement('rpm:license', info.license),
    xmlElement('rpm:vendor', info.vendor),
    xmlElement('rpm:group', info.group),
    xmlElement('rpm:buildhost', info.buildHost),
    xmlElement('rpm:sourcerpm', info.sourceRpm),
    `<rpm:header-range${xmlAttributes({ start, end })}/>`,
    ...RELATIONS.flatMap((kind) => relationsOf(kind, info)),
    ...filesOf(info.files.filter(({ path }) => PRIMARY_FILE.test(path))),
    '</format>',
    '</package>',
    '',
  ].join('\n');
}

/** A package's element in `filelists.xml`. */
export function describeFilelists(info: RpmInfo, file: PackageFileInfo): string {
  return [opening(info, file), versionOf(info), ...filesOf(info.files), '</package>', ''].join('\n');
}

/** A package's element in `other.xml`: its newest changes, the newest last. */
export function describeOther(info: RpmInfo, file: PackageFileInfo): string {
  const changes = info.changelog.slice(0, CHANGELOG_ENTRIES).toReversed();
  const lines = changes.map(({ name, date, text }) =>
    xmlElement('changelog', text, xmlAttributes({ author: name, date })),
  );
  return [opening(info, file), versionOf(info), ...lines, '</package>', ''].join('\n');
}

function opening({ name }: RpmInfo, { sha256, arch }: PackageFileInfo): string {
  return `<package${xmlAttributes({ pkgid: sha256, name, arch })}>`;
}

function versionOf({ epoch, version, release }: RpmInfo): string {
  return `<version${xmlAttributes({ epoch, ver: version, rel: release })}/>`;
}

function relationsOf(kind: (typeof RELATIONS)[number], info: RpmInfo): readonly string[] {
  const own = new Set(info.dependencies.provides.map(nameOf));
  const wanted = info.dependencies[kind].filter(
    (relation) => kind !== 'requires' || (!relation.name.startsWith('rpmlib(') && !own.has(nameOf(relation))),
  );
  const entries = new Set(wanted.map((relation) => entryOf(relation, kind)));
  return entries.size === 0 ? [] : [`<rpm:${kind}>`, ...entries, `</rpm:${kind}>`];
}

function nameOf({ name, flags, version }: RpmRelation): string {
  return `${name} ${flags & (SENSE.less | SENSE.greater | SENSE.equal)} ${version}`;
}

function entryOf({ name, flags, version }: RpmRelation, kind: string): string {
  const sense = senseOf(flags);
  const pre = kind === 'requires' && (flags & PRE) !== 0 ? 1 : undefined;
  if (sense === undefined) return `<rpm:entry${xmlAttributes({ name, pre })}/>`;
  const [, epoch = '0', ver = '', rel] = /^(?:(\d+):)?([^-]*)(?:-(.*))?$/u.exec(version) ?? [];
  return `<rpm:entry${xmlAttributes({ name, flags: sense, epoch, ver, rel, pre })}/>`;
}

function senseOf(flags: number): string | undefined {
  const equal = (flags & SENSE.equal) !== 0;
  if ((flags & SENSE.less) !== 0) return equal ? 'LE' : 'LT';
  if ((flags & SENSE.greater) !== 0) return equal ? 'GE' : 'GT';
  return equal ? 'EQ' : undefined;
}

function filesOf(files: readonly RpmFile[]): readonly string[] {
  return files
    .toSorted((a, b) => compareText(a.path, b.path))
    .map(({ path, type }) => xmlElement('file', path, xmlAttributes({ type: FILE_TYPES[type] })));
}

const FILE_TYPES: Readonly<Record<RpmFile['type'], string | undefined>> = {
  file: undefined,
  symlink: undefined,
  directory: 'dir',
  ghost: 'ghost',
};
