import type { Problem } from '../errors/distro-error.ts';
import type { PackageFile } from '../model/package-spec.ts';

/** Linux's PATH_MAX, with the final NUL. */
const PATH_MAX = 4096;
/** Linux's NAME_MAX: bytes of one component. */
const NAME_MAX = 255;

/** What is wrong with a path in a package, as the end of a sentence; undefined when it is absolute and normal. */
export function pathFault(path: string): string | undefined {
  if (!path.startsWith('/')) return 'is not absolute';
  // A package that owned `/` itself would set the mode of the root directory.
  if (path === '/') return 'is the root directory';
  if (path.endsWith('/')) return 'ends with a slash';
  if (/[\u0000-\u001f\u007f]/.test(path)) return 'holds a control character';
  if (!path.isWellFormed()) return 'is not valid Unicode';
  const parts = path.slice(1).split('/');
  if (parts.includes('')) return 'holds an empty component';
  if (parts.includes('.') || parts.includes('..')) return 'holds a . or .. component';
  if (Buffer.byteLength(path) >= PATH_MAX) return `is longer than ${PATH_MAX - 1} bytes`;
  if (parts.some((part) => Buffer.byteLength(part) > NAME_MAX))
    return `holds a component of more than ${NAME_MAX} bytes`;
  return undefined;
}

/**
 * Everything that is wrong with a sorted file list as a whole: a path twice is a `FILE_COLLISION`; a path that is not
 * normal, or lies below something that is not a directory, is `PATH_INVALID`.
 */
export function fileListProblems(files: readonly PackageFile<unknown>[]): readonly Problem[] {
  const problems: Problem[] = [];
  const types = new Map<string, PackageFile<unknown>['type']>();
  for (const { path, type } of files) {
    const fault = pathFault(path);
    if (fault !== undefined) problems.push({ code: 'PATH_INVALID', message: `path ${JSON.stringify(path)} ${fault}` });
    if (types.has(path)) problems.push({ code: 'FILE_COLLISION', message: `${path} is in the package twice` });
    types.set(path, type);
  }
  for (const path of types.keys()) {
    const parent = parentsOf(path).find((above) => (types.get(above) ?? 'directory') !== 'directory');
    if (parent === undefined) continue;
    problems.push({
      code: 'PATH_INVALID',
      message: `path ${path} lies below ${parent}, which is a ${types.get(parent)}`,
    });
  }
  return problems;
}

/** The directories above a path, outermost first, without the root: `/a/b/c` gives `/a` and `/a/b`. */
export function parentsOf(path: string): readonly string[] {
  const parents: string[] = [];
  for (let slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1))
    parents.push(path.slice(0, slash));
  return parents;
}
