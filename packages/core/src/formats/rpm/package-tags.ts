import type { PackageSpec } from '../../model/package-spec.ts';
import { rpmVersionOf } from '../../model/rpm-version.ts';
import { fill } from '../wrap.ts';
import { i18n, int32, string, strings } from './header.ts';
import type { TagValue } from './header.ts';
import { rpmArchOf, rpmFullName } from './rpm-file-name.ts';
import { TAG } from './tags.ts';

/** The rpm whose packages ours are like; rpm looks at it for what very old packages lack. */
const RPM_VERSION = '4.18.0';
/** A constant, so that the machine that built a package does not show in it. */
const BUILD_HOST = 'distrokit';

/** Nobody reads it any more, but rpmlint wants one that is known. */
const GROUP = 'Applications/System';

/** The longest line that rpmlint accepts in a description. */
const DESCRIPTION_WIDTH = 79;

/** The header tags about the package as a whole, but for its files and what follows from them. */
export function packageTags(spec: PackageSpec<unknown>): ReadonlyMap<number, TagValue> {
  const { epoch, version, release } = rpmVersionOf(spec);
  const arch = rpmArchOf(spec);
  return new Map<number, TagValue>([
    [TAG.i18nTable, strings(['C'])],
    [TAG.name, string(spec.name)],
    [TAG.version, string(version)],
    [TAG.release, string(release)],
    ...(epoch === undefined ? [] : [[TAG.epoch, int32(epoch)] as const]),
    [TAG.summary, i18n(spec.summary)],
    [TAG.description, i18n(fill(spec.description, DESCRIPTION_WIDTH).join('\n'))],
    [TAG.buildTime, int32(spec.date)],
    [TAG.buildHost, string(BUILD_HOST)],
    [TAG.vendor, string(spec.vendor)],
    [TAG.license, string(spec.license)],
    [TAG.packager, string(spec.maintainer)],
    [TAG.group, i18n(GROUP)],
    [TAG.url, string(spec.homepage)],
    [TAG.os, string('linux')],
    [TAG.arch, string(arch)],
    // Without it tools take the package for a source package.
    [TAG.sourceRpm, string(`${rpmFullName(spec)}.src.rpm`)],
    [TAG.rpmVersion, string(RPM_VERSION)],
    [TAG.platform, string(`${arch}-linux`)],
    [TAG.encoding, string('utf-8')],
    ...changelogTags(spec),
  ]);
}

function changelogTags({ changelog }: PackageSpec<unknown>): ReadonlyMap<number, TagValue> {
  if (changelog.length === 0) return new Map();
  return new Map([
    [TAG.changelogTime, int32(changelog.map(({ date }) => date))],
    [TAG.changelogName, strings(changelog.map(({ author, version }) => `${author} - ${rpmChangelogVersion(version)}`))],
    [TAG.changelogText, strings(changelog.map(({ changes }) => changes.map((line) => `- ${line}`).join('\n')))],
  ]);
}

/** An entry's version is written like upstream's, and shown like the package's. */
function rpmChangelogVersion(full: string): string {
  const dash = full.lastIndexOf('-');
  if (dash < 0) return full;
  return `${full.slice(0, dash).replace('-', '~').replaceAll('-', '.')}${full.slice(dash)}`;
}
