import type { DistroError } from '../errors/distro-error.ts';
import type { TarHeader, TarType } from './tar.ts';

/** Makes the error for a member from the end of a sentence about it. */
type Refuse = (fault: string) => DistroError;

/** The names of an archive's members so far, and whether one more may come. */
export class TarNames {
  readonly #types = new Map<string, TarType>();
  readonly #absoluteSymlinks: boolean;

  constructor({ absoluteSymlinks }: { readonly absoluteSymlinks: boolean }) {
    this.#absoluteSymlinks = absoluteSymlinks;
  }

  /** Takes a member's name. Returns its path from the root: `./usr/bin/` gives `usr/bin`, `./` the empty path. */
  add(header: TarHeader, refuse: Refuse): string {
    const path = memberPath(header.name, header.type, refuse);
    const before = this.#types.get(path);
    if (before !== undefined && !(before === 'directory' && header.type === 'directory'))
      throw refuse('is there twice');
    this.#checkParents(path, refuse);
    if (header.type === 'symlink') this.#checkSymlink(path, header.linkName, refuse);
    if (header.type === 'hardlink') this.#checkHardlink(header.linkName, refuse);
    this.#types.set(path, header.type);
    return path;
  }

  /** An extraction would write through a link that an earlier member made. */
  #checkParents(path: string, refuse: Refuse): void {
    for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
      const type = this.#types.get(path.slice(0, slash)) ?? 'directory';
      if (type !== 'directory') throw refuse(`lies below ${JSON.stringify(path.slice(0, slash))}, which is a ${type}`);
    }
  }

  #checkSymlink(path: string, target: string, refuse: Refuse): void {
    if (target === '') throw refuse('points nowhere');
    if (target.startsWith('/')) {
      if (this.#absoluteSymlinks && !leavesRoot('', target)) return;
      throw refuse(`points to ${JSON.stringify(target)}, outside of the archive`);
    }
    if (leavesRoot(path.slice(0, path.lastIndexOf('/') + 1), target)) {
      throw refuse(`points to ${JSON.stringify(target)}, outside of the archive`);
    }
  }

  #checkHardlink(target: string, refuse: Refuse): void {
    const type = this.#types.get(memberPath(target, 'hardlink', refuse));
    if (type === 'file' || type === 'hardlink') return;
    throw refuse(`is a hard link to ${JSON.stringify(target)}, which is no file before it`);
  }
}

function memberPath(name: string, type: TarType, refuse: Refuse): string {
  if (name.includes('\0') || !name.isWellFormed() || name.includes('\uFFFD'))
    throw refuse('has a name that is not text');
  if (name.startsWith('/')) throw refuse('has an absolute name');
  const path = name === '.' ? './' : name;
  if (path.endsWith('/') && type !== 'directory') throw refuse('has a name that ends with a slash');
  const parts = path.replace(/^\.\//, '').replace(/\/$/, '').split('/');
  if (parts.length === 1 && parts[0] === '' && type === 'directory') return '';
  if (parts.some((part) => part === '' || part === '.' || part === '..')) throw refuse('has a name that is not normal');
  return parts.join('/');
}

/** Whether a path, walked from a directory, passes above the root. */
function leavesRoot(from: string, target: string): boolean {
  let depth = 0;
  for (const part of `${from}${target}`.split('/')) {
    if (part === '..') depth -= 1;
    else if (part !== '' && part !== '.') depth += 1;
    if (depth < 0) return true;
  }
  return false;
}
