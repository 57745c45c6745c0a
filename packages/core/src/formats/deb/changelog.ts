import { gzipSync } from 'node:zlib';
import { debVersionOfText } from '../../model/deb-version.ts';
import type { ChangelogEntry, PackageSpec } from '../../model/package-spec.ts';
import { wrap } from '../wrap.ts';

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A package's changelog in the format of Debian policy 4.4, newest entry first. */
export function debChangelog(spec: Pick<PackageSpec<unknown>, 'name' | 'changelog'>): string {
  return spec.changelog.map((entry) => entryText(spec.name, entry)).join('\n');
}

/** {@link debChangelog} as `gzip -9n` makes it, which is how Debian policy 12.7 wants it installed. */
export function debChangelogGzip(spec: Pick<PackageSpec<unknown>, 'name' | 'changelog'>): Uint8Array {
  const bytes = gzipSync(debChangelog(spec), { level: 9 });
  // The header names the operating system that zlib was built for; 3 is what it says on Unix.
  bytes[9] = 3;
  return bytes;
}

/** Seconds since 1970 as RFC 5322 writes them, in UTC: `Sat, 21 Nov 2026 00:00:00 +0000`. */
export function rfc5322Date(seconds: number): string {
  const date = new Date(seconds * 1000);
  const two = (value: number): string => String(value).padStart(2, '0');
  const time = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
  const day = `${two(date.getUTCDate())} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
  return `${DAYS[date.getUTCDay()]}, ${day} ${time} +0000`;
}

function entryText(name: string, entry: ChangelogEntry): string {
  const changes = entry.changes.map((change) => `  * ${wrap(change, 74).join('\n    ')}\n`).join('');
  const head = `${name} (${debVersionOfText(entry.version)}) stable; urgency=medium`;
  return `${head}\n\n${changes}\n -- ${entry.author}  ${rfc5322Date(entry.date)}\n`;
}
