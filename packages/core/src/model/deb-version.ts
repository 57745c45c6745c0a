import type { PackageSpec } from './package-spec.ts';

/** The parts of a {@link PackageSpec} that make its version. */
export type VersionParts = Pick<PackageSpec<unknown>, 'version' | 'release' | 'epoch'>;

/**
 * The Debian version of a package: `1.37.0-rc.1` with release `1` is `1.37.0~rc.1-1`, so that the release candidate
 * sorts before the release. An epoch of zero is left out.
 */
export function debVersionOf(parts: VersionParts): string {
  const upstream = parts.version.replace('-', '~');
  const epoch = parts.epoch === undefined || parts.epoch === 0 ? '' : `${parts.epoch}:`;
  return `${epoch}${upstream}-${parts.release}`;
}

/**
 * The Debian version of a changelog entry, which people write as `packageVersion` prints it: the release stands after
 * the last `-`, the epoch before the first `:`.
 */
export function debVersionOfText(version: string): string {
  const match = /^(?:(\d+):)?(.*)-([^-]*)$/s.exec(version);
  if (match === null) return version;
  const [, epoch, upstream = '', release = ''] = match;
  return debVersionOf({ version: upstream, release, ...(epoch === undefined ? {} : { epoch: Number(epoch) }) });
}

/**
 * True for a version that dpkg accepts: an epoch that fits a C int, an upstream version that starts with a digit, and
 * a revision without `-`. See deb-version(7).
 */
export function isDebVersion(version: string): boolean {
  const [, epoch, rest = ''] = /^(?:(\d{1,10}):)?(.*)$/s.exec(version) ?? [];
  const dash = rest.lastIndexOf('-');
  const upstream = dash === -1 ? rest : rest.slice(0, dash);
  if (dash !== -1 && !/^[A-Za-z0-9.+~]+$/.test(rest.slice(dash + 1))) return false;
  if (epoch === undefined) return /^\d[A-Za-z0-9.+~-]*$/.test(upstream);
  return /^\d[A-Za-z0-9.+~:-]*$/.test(upstream) && Number(epoch) <= 0x7fffffff;
}

/**
 * Orders two Debian versions as `dpkg --compare-versions` does: negative when `a` is older, 0 when dpkg calls them
 * equal (`1.0` and `1.00`), positive when newer.
 */
export function compareDebVersions(a: string, b: string): number {
  const left = split(a);
  const right = split(b);
  return (
    left.epoch - right.epoch || comparePart(left.upstream, right.upstream) || comparePart(left.revision, right.revision)
  );
}

interface SplitVersion {
  readonly epoch: number;
  readonly upstream: string;
  readonly revision: string;
}

function split(version: string): SplitVersion {
  const colon = version.indexOf(':');
  const rest = version.slice(colon + 1);
  const dash = rest.lastIndexOf('-');
  return {
    epoch: colon === -1 ? 0 : Number(version.slice(0, colon)),
    upstream: dash === -1 ? rest : rest.slice(0, dash),
    revision: dash === -1 ? '' : rest.slice(dash + 1),
  };
}

/** Alternates between a run of other characters, compared by weight, and a run of digits, compared as a number. */
function comparePart(a: string, b: string): number {
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    while ((i < a.length && !isDigit(a, i)) || (j < b.length && !isDigit(b, j))) {
      const difference = weight(a, i) - weight(b, j);
      if (difference !== 0) return difference;
      i += 1;
      j += 1;
    }
    const left = digitsAt(a, i);
    const right = digitsAt(b, j);
    const difference = compareNumbers(left, right);
    if (difference !== 0) return difference;
    i += left.length;
    j += right.length;
  }
  return 0;
}

/** `~` before the end of the part, the end before letters, letters before everything else. */
function weight(text: string, index: number): number {
  if (index >= text.length || isDigit(text, index)) return 0;
  const code = text.charCodeAt(index);
  if (code === 0x7e) return -1;
  return /[A-Za-z]/.test(text.charAt(index)) ? code : code + 256;
}

function isDigit(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return code >= 0x30 && code <= 0x39;
}

function digitsAt(text: string, start: number): string {
  let end = start;
  while (end < text.length && isDigit(text, end)) end += 1;
  return text.slice(start, end);
}

/** Digit strings of any length, so that a date with a time in a version is compared exactly. */
function compareNumbers(a: string, b: string): number {
  const left = a.replace(/^0+/, '');
  const right = b.replace(/^0+/, '');
  return left.length - right.length || (left < right ? -1 : left > right ? 1 : 0);
}
