import { createHash } from 'node:crypto';
import type { ByteSource } from '../../model/bytes.ts';
import { compareText } from '../../model/json.ts';
import type { PackageFile } from '../../model/package-spec.ts';
import { exactContent } from '../exact-content.ts';
import { parentsOf } from '../package-path.ts';
import { TAR_END, tarHeader, tarPadding } from '../tar.ts';
import type { TarHeader } from '../tar.ts';

/** An entry of a data member: what a package ships, so no ghost. */
export type DebEntry = Exclude<PackageFile<ByteSource>, { readonly type: 'ghost' }>;

/** What {@link writeTar} is told of the archive as a whole. */
export interface WriteTarOptions {
  /** The time of every member, in seconds since 1970. */
  readonly date: number;
  /** Called after each file's content with the md5 that `md5sums` wants. */
  readonly onFile?: (file: DebEntry, md5: string) => void;
}

/**
 * The entries of a data member: the files of a package without its ghosts, and every directory above them that nobody
 * declared, sorted by path so that a directory stands before what it holds.
 */
export function debEntries(files: readonly PackageFile<ByteSource>[]): readonly DebEntry[] {
  const entries = new Map<string, DebEntry>();
  for (const file of files) if (file.type !== 'ghost') entries.set(file.path, file);
  for (const path of [...entries.keys()].flatMap((each) => parentsOf(each))) {
    if (!entries.has(path)) entries.set(path, { type: 'directory', path, mode: 0o755, owner: 'root', group: 'root' });
  }
  return [...entries.values()].sort((a, b) => compareText(a.path, b.path));
}

/**
 * The entries with the setuid and setgid bits taken from those whose owner or group the package makes itself: between
 * unpacking and postinst, which sets them, such a file is root's.
 */
export function withoutEarlyPrivileges(entries: readonly DebEntry[], made: ReadonlySet<string>): readonly DebEntry[] {
  return entries.map((entry) => {
    const setuid = made.has(entry.owner) ? 0o4000 : 0;
    const setgid = made.has(entry.group) ? 0o2000 : 0;
    return { ...entry, mode: entry.mode & ~(setuid | setgid) };
  });
}

/** Writes entries as an archive, below a root directory entry of its own, as dpkg-deb does. */
export async function* writeTar(
  entries: readonly DebEntry[],
  { date, onFile }: WriteTarOptions,
): AsyncGenerator<Uint8Array, void> {
  yield tarHeader(ROOT(date));
  for (const entry of entries) {
    yield tarHeader(headerOf(entry, date));
    if (entry.type !== 'file') continue;
    const hash = onFile === undefined ? undefined : createHash('md5');
    for await (const chunk of exactContent(entry.content, entry.path)) {
      hash?.update(chunk);
      yield chunk;
    }
    const padding = tarPadding(entry.content.size);
    if (padding > 0) yield new Uint8Array(padding);
    if (hash !== undefined) onFile?.(entry, hash.digest('hex'));
  }
  yield TAR_END;
}

/** How many bytes {@link writeTar} gives for entries. */
export function tarSize(entries: readonly DebEntry[]): number {
  let size = tarHeader(ROOT(0)).length + TAR_END.length;
  for (const entry of entries) {
    size += tarHeader(headerOf(entry, 0)).length;
    if (entry.type === 'file') size += entry.content.size + tarPadding(entry.content.size);
  }
  return size;
}

const ROOT = (date: number): TarHeader => ({
  name: './',
  type: 'directory',
  mode: 0o755,
  ...ownership('root', 'root'),
  mtime: date,
  size: 0,
  linkName: '',
});

function headerOf(entry: DebEntry, mtime: number): TarHeader {
  return {
    name: `.${entry.path}${entry.type === 'directory' ? '/' : ''}`,
    type: entry.type,
    mode: entry.type === 'symlink' ? 0o777 : entry.mode,
    ...ownership(entry.owner, entry.group),
    mtime,
    size: entry.type === 'file' ? entry.content.size : 0,
    linkName: entry.type === 'symlink' ? entry.target : '',
  };
}

/** dpkg goes by the names; the numbers are for a user that does not exist yet, whose files are root's until it does. */
function ownership(owner: string, group: string): Pick<TarHeader, 'uid' | 'gid' | 'uname' | 'gname'> {
  return { uid: 0, gid: 0, uname: owner, gname: group };
}
