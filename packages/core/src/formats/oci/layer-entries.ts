import { DistroError, type Problem } from '../../errors/distro-error.ts';
import { compareText } from '../../model/json.ts';
import type { LayerEntry } from '../../model/layer-entry.ts';
import { parentsOf, pathFault } from '../package-path.ts';

/** Names that begin so delete what a lower layer has. See "Whiteouts" in layer.md of the image specification. */
const WHITEOUT = /\/\.wh\./;
const ID_MAX = 0xffff_ffff;

/**
 * The entries of a layer as they are written: with the directories above them that nobody declared (0755, root's),
 * sorted by path so that a directory stands before what it holds, and hard links after the files that they lead to.
 */
export function layerEntries<C>(declared: readonly LayerEntry<C>[]): readonly LayerEntry<C>[] {
  const entries = new Map(declared.map((entry) => [entry.path, entry]));
  for (const path of [...entries.keys()].flatMap((each) => parentsOf(each))) {
    if (!entries.has(path)) entries.set(path, { type: 'directory', path, mode: 0o755, uid: 0, gid: 0 });
  }
  const sorted = [...entries.values()].sort((a, b) => compareText(a.path, b.path));
  return [...sorted.filter(({ type }) => type !== 'hardlink'), ...sorted.filter(({ type }) => type === 'hardlink')];
}

/** Everything that is wrong with the entries of a layer. Entries without a problem can be written. */
export function layerProblems(entries: readonly LayerEntry<unknown>[]): readonly Problem[] {
  const types = new Map<string, LayerEntry<unknown>['type']>();
  const problems: Problem[] = [];
  for (const entry of entries) {
    problems.push(...entryProblems(entry));
    if (types.has(entry.path))
      problems.push({ code: 'FILE_COLLISION', message: `${entry.path} is in the layer twice` });
    types.set(entry.path, entry.type);
  }
  for (const entry of entries) {
    const above = parentsOf(entry.path).find((parent) => (types.get(parent) ?? 'directory') !== 'directory');
    if (above !== undefined) problems.push(badPath(entry.path, `lies below ${above}, which is a ${types.get(above)}`));
    if (entry.type === 'hardlink' && types.get(entry.target) !== 'file') {
      problems.push(badPath(entry.path, `is a hard link to ${entry.target}, which is no file of the layer`));
    }
  }
  return problems;
}

/** @throws the first problem of the entries */
export function assertLayer(entries: readonly LayerEntry<unknown>[]): void {
  const [first] = layerProblems(entries);
  if (first !== undefined) throw new DistroError(first.code, first.message);
}

function entryProblems(entry: LayerEntry<unknown>): readonly Problem[] {
  const { path, mode, uid, gid } = entry;
  const problems: Problem[] = [];
  const fault = pathFault(path);
  if (fault !== undefined) problems.push(badPath(path, fault));
  else if (WHITEOUT.test(path)) problems.push(badPath(path, 'has a name that begins with .wh., which means deletion'));
  if (!Number.isInteger(mode) || mode < 0 || mode > 0o7777) {
    problems.push({ code: 'FORMAT_LIMIT', message: `${path}: its mode ${mode} is not from 0 to 0o7777` });
  }
  for (const [what, id] of Object.entries({ owner: uid, group: gid })) {
    if (Number.isInteger(id) && id >= 0 && id < ID_MAX) continue;
    problems.push({ code: 'FORMAT_LIMIT', message: `${path}: its ${what} ${id} is not a number of a user or group` });
  }
  if (entry.type === 'symlink' && (entry.target === '' || /[\u0000-\u001f\u007f]/.test(entry.target))) {
    problems.push(badPath(path, `points to ${JSON.stringify(entry.target)}`));
  }
  return problems;
}

function badPath(path: string, fault: string): Problem {
  return { code: 'PATH_INVALID', message: `path ${JSON.stringify(path)} ${fault}` };
}
