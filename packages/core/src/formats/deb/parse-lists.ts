import { DistroError } from '../../errors/distro-error.ts';
import { pathFault } from '../package-path.ts';

/**
 * The paths of a conffiles file.
 *
 * @throws `FORMAT_INVALID` for a line that is not an absolute path, or is there twice
 */
export function parseConffiles(text: string, what: string): readonly string[] {
  const paths = linesOf(text, 'conffiles', what);
  for (const path of paths) if (pathFault(path) !== undefined) throw invalidLine('conffiles', what, path);
  if (new Set(paths).size !== paths.length)
    throw new DistroError('FORMAT_INVALID', `conffiles of ${what} has a path twice`);
  return paths;
}

/**
 * The sums of an md5sums file by absolute path.
 *
 * @throws `FORMAT_INVALID` for a line that is not a sum and a relative path, or a path that is there twice
 */
export function parseMd5sums(text: string, what: string): ReadonlyMap<string, string> {
  const sums = new Map<string, string>();
  for (const line of linesOf(text, 'md5sums', what)) {
    const [, md5 = '', name = ''] = /^([0-9a-f]{32}) [ *](?:\.\/)?([^/].*)$/.exec(line) ?? [];
    const path = `/${name}`;
    if (md5 === '' || pathFault(path) !== undefined || sums.has(path)) throw invalidLine('md5sums', what, line);
    sums.set(path, md5);
  }
  return sums;
}

function linesOf(text: string, file: string, what: string): readonly string[] {
  if (text === '') return [];
  if (!text.endsWith('\n')) throw new DistroError('FORMAT_INVALID', `${file} of ${what}: the last line has no end`);
  return text.slice(0, -1).split('\n');
}

function invalidLine(file: string, what: string, line: string): DistroError {
  return new DistroError('FORMAT_INVALID', `${file} of ${what}: line ${JSON.stringify(line)} is not allowed`);
}
