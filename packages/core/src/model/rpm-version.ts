import { DistroError } from '../errors/distro-error.ts';
import type { PackageSpec } from './package-spec.ts';

/** A package version as rpm keeps it: three values that are compared one after the other. */
export interface RpmVersion {
  /** Absent means 0. */
  readonly epoch?: number;
  readonly version: string;
  readonly release: string;
}

/** The largest epoch: the tag is a 32-bit number. */
const EPOCH_MAX = 0xffff_ffff;

/**
 * The rpm version of a package. A pre-release sorts before its release, `1.37.0-rc.1` becoming `1.37.0~rc.1`; since rpm
 * keeps `-` for the release, a further one becomes `.`. Build metadata stays: `1.33.1+k3s1`.
 *
 * @throws `VERSION_INVALID` for a version, release or epoch that rpm does not take
 */
export function rpmVersionOf(spec: Pick<PackageSpec<unknown>, 'version' | 'release' | 'epoch'>): RpmVersion {
  const version = spec.version.replace('-', '~').replaceAll('-', '.');
  for (const [what, written, rendered] of [
    ['version', spec.version, version],
    ['release', spec.release, spec.release],
  ] as const) {
    if (isRpmVersion(rendered)) continue;
    throw new DistroError('VERSION_INVALID', `${what} ${JSON.stringify(written)} is not one that rpm takes`, {
      hint: `start with a letter or digit and use only letters, digits and . _ + ~ ^, without two dots in a row`,
    });
  }
  const epoch = spec.epoch ?? 0;
  if (!Number.isInteger(epoch) || epoch < 0 || epoch > EPOCH_MAX)
    throw new DistroError('VERSION_INVALID', `epoch ${epoch} is not a whole number from 0 to ${EPOCH_MAX}`);
  return { ...(epoch > 0 && { epoch }), version, release: spec.release };
}

/** An rpm version in text: `version-release`, with `epoch:` in front unless it is 0. */
export function formatRpmVersion({ epoch, version, release }: RpmVersion): string {
  return `${epoch === undefined || epoch === 0 ? '' : `${epoch}:`}${version}-${release}`;
}

/** True for a text that can be an rpm version or an rpm release. */
export function isRpmVersion(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._+~^]*$/.test(text) && !text.includes('..');
}

/** True for `[epoch:]version[-release]`, as it stands in a relation. */
export function isRpmEvr(text: string): boolean {
  const parts = /^(?:(\d{1,10}):)?([^:-]+)(?:-([^:-]+))?$/.exec(text);
  if (parts === null) return false;
  const [, epoch = '0', version = '', release] = parts;
  return Number(epoch) <= EPOCH_MAX && isRpmVersion(version) && (release === undefined || isRpmVersion(release));
}

/**
 * Compares two `[epoch:]version[-release]` as rpm does: negative, 0 or positive. A missing epoch is 0; a missing release
 * is older than any.
 */
export function compareRpmEvrs(a: string, b: string): number {
  const [epochA, versionA, releaseA] = splitEvr(a);
  const [epochB, versionB, releaseB] = splitEvr(b);
  const difference = compareRpmVersions(epochA, epochB) || compareRpmVersions(versionA, versionB);
  if (difference !== 0) return difference;
  if (releaseA === undefined || releaseB === undefined)
    return Number(releaseA !== undefined) - Number(releaseB !== undefined);
  return compareRpmVersions(releaseA, releaseB);
}

function splitEvr(evr: string): readonly [epoch: string, version: string, release: string | undefined] {
  const [, epoch, rest = ''] = /^(?:(\d*):)?(.*)$/s.exec(evr) ?? [];
  const dash = rest.lastIndexOf('-');
  const version = dash < 0 ? rest : rest.slice(0, dash);
  return [epoch === undefined || epoch === '' ? '0' : epoch, version, dash < 0 ? undefined : rest.slice(dash + 1)];
}

/**
 * Compares two rpm versions, or two releases: negative when `a` is older, 0 when they are equal to rpm, positive when
 * `a` is newer. Runs of digits compare as numbers and are newer than runs of letters; everything else only separates,
 * but `~` sorts before the end of a version and `^` right after it.
 *
 * @see rpm-version(7)
 */
export function compareRpmVersions(a: string, b: string): number {
  if (a === b) return 0;
  let restA = a;
  let restB = b;
  for (;;) {
    restA = withoutSeparators(restA);
    restB = withoutSeparators(restB);
    const marked = compareMarks(restA, restB);
    if (marked === 'both') {
      restA = restA.slice(1);
      restB = restB.slice(1);
      continue;
    }
    if (marked !== 0) return marked;
    if (restA === '' || restB === '') return Math.sign(restA.length - restB.length);
    const run = /^\d/.test(restA) ? /^\d*/ : /^[A-Za-z]*/;
    const runA = run.exec(restA)?.[0] ?? '';
    const runB = run.exec(restB)?.[0] ?? '';
    const difference = compareRuns(runA, runB);
    if (difference !== 0) return difference;
    restA = restA.slice(runA.length);
    restB = restB.slice(runB.length);
  }
}

function withoutSeparators(text: string): string {
  return text.replace(/^[^A-Za-z0-9~^]+/, '');
}

/** How `~` and `^` at the start of the rests decide: not at all (0), by a difference, or not yet because both have it. */
function compareMarks(a: string, b: string): number | 'both' {
  const markA = a.charAt(0);
  const markB = b.charAt(0);
  if (markA === '~' || markB === '~') return markA === markB ? 'both' : markA === '~' ? -1 : 1;
  if (markA !== '^' && markB !== '^') return 0;
  if (markA === markB) return 'both';
  if (a === '' || b === '') return a === '' ? -1 : 1;
  return markA === '^' ? -1 : 1;
}

/** Compares two runs of the kind that the first one is of; the second is empty when it starts with the other kind. */
function compareRuns(a: string, b: string): number {
  const numeric = /^\d/.test(a);
  if (b === '') return numeric ? 1 : -1;
  if (!numeric) return a < b ? -1 : a > b ? 1 : 0;
  const digitsA = a.replace(/^0+/, '');
  const digitsB = b.replace(/^0+/, '');
  return Math.sign(digitsA.length - digitsB.length) || (digitsA < digitsB ? -1 : digitsA > digitsB ? 1 : 0);
}
