import { DistroError } from '../errors/distro-error.ts';
import type { Sha256 } from '../model/digest.ts';
import { compareText } from '../model/json.ts';

/** The text of `SHA256SUMS` for `sha256sum --check`: one line for each file, sorted by name. */
export function formatChecksums(files: readonly { readonly file: string; readonly sha256: Sha256 }[]): string {
  return files
    .toSorted((a, b) => compareText(a.file, b.file))
    .map(({ file, sha256 }) => `${sha256}  ${file}\n`)
    .join('');
}

/**
 * Reads the text of a `SHA256SUMS`.
 *
 * @throws RELEASE_INVALID for a line that is none, or a file that is listed twice
 */
export function parseChecksums(text: string): ReadonlyMap<string, Sha256> {
  const sums = new Map<string, Sha256>();
  for (const [index, line] of text.split('\n').entries()) {
    if (line === '') continue;
    const [, sha256, file] = /^([0-9a-f]{64}) [ *](.+)$/.exec(line) ?? [];
    if (sha256 === undefined || file === undefined) {
      throw new DistroError('RELEASE_INVALID', `SHA256SUMS: line ${index + 1} is not a checksum and a file`);
    }
    if (sums.has(file)) throw new DistroError('RELEASE_INVALID', `SHA256SUMS: ${file} is listed twice`);
    sums.set(file, sha256);
  }
  return sums;
}
