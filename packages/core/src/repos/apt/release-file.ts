import { DistroError } from '../../errors/distro-error.ts';
import { isSha256, type Sha256 } from '../../model/digest.ts';
import { compareText } from '../../model/json.ts';

/** The `Release` file of a suite: what its indexes must be. */
export interface ReleaseFile {
  readonly origin: string;
  readonly label: string;
  readonly suite: string;
  readonly codename: string;
  /** Seconds since 1970. */
  readonly date: number;
  /** Seconds since 1970; a client refuses the suite after it. */
  readonly validUntil?: number | undefined;
  readonly architectures: readonly string[];
  readonly components: readonly string[];
  readonly description: string;
  /** The indexes by their path below the suite. */
  readonly indexes: ReadonlyMap<string, IndexSum>;
}

/** What an index must be. */
export interface IndexSum {
  readonly sha256: Sha256;
  readonly size: number;
}

/** The text of a `Release` file. Only SHA256 sums: apt has needed no other since 2016. */
export function formatRelease(release: ReleaseFile): string {
  const fields: readonly (readonly [string, string])[] = [
    ['Origin', release.origin],
    ['Label', release.label],
    ['Suite', release.suite],
    ['Codename', release.codename],
    ['Date', formatDate(release.date)],
    ...(release.validUntil === undefined ? [] : [['Valid-Until', formatDate(release.validUntil)] as const]),
    ['Acquire-By-Hash', 'yes'],
    // Packages for all architectures stand in the index of each.
    ['No-Support-for-Architecture-all', 'Packages'],
    ['Architectures', [...release.architectures].sort(compareText).join(' ')],
    ['Components', [...release.components].sort(compareText).join(' ')],
    ['Description', release.description],
  ];
  const sums = [...release.indexes]
    .sort(([a], [b]) => compareText(a, b))
    .map(([path, { sha256, size }]) => ` ${sha256} ${size} ${path}\n`);
  return `${fields.map(([name, value]) => `${name}: ${oneLine(name, value)}\n`).join('')}SHA256:\n${sums.join('')}`;
}

/**
 * Reads a `Release` file, or an `InRelease` without its signature.
 *
 * @throws FORMAT_INVALID
 */
export function parseRelease(text: string, what: string): ReleaseFile {
  const invalid = (fault: string): DistroError => new DistroError('FORMAT_INVALID', `${what}: ${fault}`);
  const fields = new Map<string, string>();
  const indexes = new Map<string, IndexSum>();
  let last = '';
  for (const line of text.split('\n')) {
    const [, name, value = ''] = /^([A-Za-z0-9-]+):\s*(.*)$/u.exec(line) ?? [];
    if (name !== undefined) {
      if (fields.has(name)) throw invalid(`the field ${name} is there twice`);
      fields.set((last = name), value);
    } else if (line.startsWith(' ') && last === 'SHA256') {
      const [, sha256 = '', size = '', path = ''] = /^ ([0-9a-f]+) +(\d{1,15}) (\S+)$/u.exec(line) ?? [];
      if (!isSha256(sha256) || !isIndexPath(path)) throw invalid(`the line ${JSON.stringify(line)} is not a sum`);
      if (indexes.has(path)) throw invalid(`the sum of ${path} is there twice`);
      indexes.set(path, { sha256, size: Number(size) });
    } else if (line !== '' && !line.startsWith(' ')) throw invalid(`the line ${JSON.stringify(line)} is not a field`);
  }
  const field = (name: string): string => fields.get(name) ?? '';
  const date = Date.parse(field('Date')) / 1000;
  if (Number.isNaN(date)) throw invalid(`the date ${JSON.stringify(field('Date'))} is not one`);
  const until = fields.has('Valid-Until') ? { validUntil: Date.parse(field('Valid-Until')) / 1000 } : {};
  if (Number.isNaN(until.validUntil)) throw invalid(`Valid-Until ${JSON.stringify(field('Valid-Until'))} is no date`);
  const words = (name: string): readonly string[] =>
    field(name)
      .split(' ')
      .filter((word) => word !== '');
  return {
    origin: field('Origin'),
    label: field('Label'),
    suite: field('Suite'),
    codename: field('Codename'),
    date,
    ...until,
    architectures: words('Architectures'),
    components: words('Components'),
    description: field('Description'),
    indexes,
  };
}

/** True for a path below a suite that stays there. */
export function isIndexPath(path: string): boolean {
  return path.split('/').every((part) => /^[A-Za-z0-9][A-Za-z0-9.+_~-]*$/u.test(part));
}

/** The end of the year 9999: later years have more digits than the format. */
const LATEST = 253_402_300_799;

/** As RFC 2822 has it, in UTC: `Sat, 21 Nov 2026 00:00:00 UTC`. */
function formatDate(seconds: number): string {
  if (!Number.isSafeInteger(seconds) || seconds < 0 || seconds > LATEST) {
    throw new DistroError('FORMAT_LIMIT', `a Release file cannot hold the date ${seconds}`);
  }
  return new Date(seconds * 1000).toUTCString().replace('GMT', 'UTC');
}

function oneLine(field: string, value: string): string {
  if (!/[\u0000-\u001f\u007f]/u.test(value)) return value;
  throw new DistroError('TEXT_INVALID', `the field ${field} of a Release file cannot hold ${JSON.stringify(value)}`);
}
