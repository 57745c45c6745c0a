import { ARCH_NAMES, ARCHES } from '../../model/arch.ts';
import type { ArchName } from '../../model/arch.ts';
import { isRpmVersion } from '../../model/rpm-version.ts';
import type { Compression } from '../../model/target.ts';
import { DEPENDENCY_TAGS } from './dependencies.ts';
import type { DependencyKind, RpmDependencies } from './dependencies.ts';
import type { HeaderView } from './header-view.ts';
import { readFiles } from './read-files.ts';
import type { RpmRelation } from './relation.ts';
import type { RpmChangelogEntry, RpmInfo } from './rpm-info.ts';
import { SCRIPT_PROGRAM, SCRIPT_TAGS } from './scripts.ts';
import type { RpmScripts, ScriptKind } from './scripts.ts';
import { TAG } from './tags.ts';

/** What the package header alone says. */
export type RpmHeaderInfo = Omit<RpmInfo, 'archiveSize' | 'headerRange' | 'signed'>;

/**
 * What a package header says, checked for being what this format's packages have.
 *
 * @throws `FORMAT_INVALID`
 */
export function readPackage(header: HeaderView): RpmHeaderInfo {
  const version = header.string(TAG.version);
  const release = header.string(TAG.release);
  for (const text of [version, release]) {
    if (!isRpmVersion(text)) throw header.invalid(`version or release ${JSON.stringify(text)} is not one`);
  }
  for (const [tag, expected] of CONSTANTS) {
    const found = header.string(tag);
    if (found !== expected) throw header.invalid(`tag ${tag} is ${JSON.stringify(found)} instead of "${expected}"`);
  }
  return {
    name: header.string(TAG.name),
    epoch: header.has(TAG.epoch) ? header.number(TAG.epoch) : 0,
    version,
    release,
    arch: archOf(header),
    summary: header.string(TAG.summary),
    description: header.string(TAG.description),
    license: header.string(TAG.license),
    homepage: header.tryString(TAG.url) ?? '',
    vendor: header.tryString(TAG.vendor) ?? '',
    maintainer: header.tryString(TAG.packager) ?? '',
    group: header.string(TAG.group),
    buildTime: header.number(TAG.buildTime),
    buildHost: header.string(TAG.buildHost),
    sourceRpm: header.string(TAG.sourceRpm),
    compression: compressionOf(header),
    installedSize: header.size(TAG.size, TAG.longSize),
    dependencies: readDependencies(header),
    files: readFiles(header),
    scripts: readScripts(header),
    changelog: readChangelog(header),
  };
}

const CONSTANTS: ReadonlyMap<number, string> = new Map([
  [TAG.os, 'linux'],
  [TAG.encoding, 'utf-8'],
  [TAG.payloadFormat, 'cpio'],
]);

function archOf(header: HeaderView): ArchName | 'all' {
  const text = header.string(TAG.arch);
  if (text === 'noarch') return 'all';
  const arch = ARCH_NAMES.find((name) => ARCHES[name].rpm === text);
  if (arch === undefined) throw header.invalid(`architecture ${JSON.stringify(text)} is not known`);
  return arch;
}

function compressionOf(header: HeaderView): Compression {
  const text = header.string(TAG.payloadCompressor);
  if (text !== 'gzip' && text !== 'zstd') throw header.invalid(`compression ${JSON.stringify(text)} is not known`);
  return text;
}

function readDependencies(header: HeaderView): RpmDependencies {
  const lists = Object.keys(DEPENDENCY_TAGS).map((kind) => [kind, readRelations(header, kind as DependencyKind)]);
  return Object.fromEntries(lists) as RpmDependencies;
}

function readRelations(header: HeaderView, kind: DependencyKind): readonly RpmRelation[] {
  const tags = DEPENDENCY_TAGS[kind];
  const names = header.tryStrings(tags.name) ?? [];
  if (names.length === 0) return [];
  const flags = header.numbers(tags.flags, 'int32', names.length);
  const versions = header.strings(tags.version, names.length);
  return names.map((name, i) => ({ name, flags: flags[i] ?? 0, version: versions[i] ?? '' }));
}

function readScripts(header: HeaderView): RpmScripts {
  const scripts: Partial<Record<ScriptKind, string>> = {};
  for (const [kind, { body, program }] of Object.entries(SCRIPT_TAGS)) {
    const text = header.tryString(body);
    const runner = header.tryString(program);
    if (runner !== (text === undefined ? undefined : SCRIPT_PROGRAM))
      throw header.invalid(`script ${kind} is not for ${SCRIPT_PROGRAM}`);
    if (text !== undefined) scripts[kind as ScriptKind] = text;
  }
  return scripts;
}

function readChangelog(header: HeaderView): readonly RpmChangelogEntry[] {
  const names = header.tryStrings(TAG.changelogName) ?? [];
  if (names.length === 0) return [];
  const dates = header.numbers(TAG.changelogTime, 'int32', names.length);
  const texts = header.strings(TAG.changelogText, names.length);
  return names.map((name, i) => ({ date: dates[i] ?? 0, name, text: texts[i] ?? '' }));
}
