import { isSha256 } from '../../model/digest.ts';
import { pathFault } from '../package-path.ts';
import { FILE_TYPES } from './files.ts';
import type { HeaderView } from './header-view.ts';
import type { RpmFile } from './rpm-info.ts';
import { DIGEST_ALGO_SHA256, FILE_FLAG, TAG } from './tags.ts';

const TYPE_BITS = 0o170000;
const KNOWN_FLAGS = Object.values(FILE_FLAG).reduce((all, flag) => all | flag, 0);

/**
 * The files of a package header: sorted, with normal paths, digests where content is, and nothing but regular files,
 * directories, symlinks and ghosts.
 *
 * @throws `FORMAT_INVALID`
 */
export function readFiles(header: HeaderView): readonly RpmFile[] {
  const names = header.tryStrings(TAG.baseNames) ?? [];
  const count = names.length;
  const installed = header.size(TAG.size, TAG.longSize);
  if (count === 0) return [];
  const columns = readColumns(header, count);
  const files = names.map((name, i) => readFile(header, columns, name, i));
  for (const [i, { path }] of files.entries()) {
    const before = files[i - 1]?.path;
    if (before !== undefined && Buffer.compare(Buffer.from(before), Buffer.from(path)) >= 0)
      throw header.invalid(`file ${path} does not sort after ${before}`);
  }
  const total = files.reduce((sum, { size }) => sum + size, 0);
  if (total !== installed) throw header.invalid(`the files have ${total} bytes, but tag ${TAG.size} says ${installed}`);
  return files;
}

type Columns = ReturnType<typeof readColumns>;

function readColumns(header: HeaderView, count: number) {
  if (header.number(TAG.fileDigestAlgo) !== DIGEST_ALGO_SHA256) throw header.invalid('file digests are not sha256');
  const long = header.has(TAG.longFileSizes);
  return {
    sizes: long ? header.numbers(TAG.longFileSizes, 'int64', count) : header.numbers(TAG.fileSizes, 'int32', count),
    modes: header.numbers(TAG.fileModes, 'int16', count),
    rdevs: header.numbers(TAG.fileRdevs, 'int16', count),
    mtimes: header.numbers(TAG.fileMtimes, 'int32', count),
    digests: header.strings(TAG.fileDigests, count),
    targets: header.strings(TAG.fileLinkTos, count),
    flags: header.numbers(TAG.fileFlags, 'int32', count),
    owners: header.strings(TAG.fileUserName, count),
    groups: header.strings(TAG.fileGroupName, count),
    verify: header.numbers(TAG.fileVerifyFlags, 'int32', count),
    devices: header.numbers(TAG.fileDevices, 'int32', count),
    inodes: header.numbers(TAG.fileInodes, 'int32', count),
    languages: header.strings(TAG.fileLangs, count),
    directories: header.tryStrings(TAG.dirNames) ?? [],
    directoryIndexes: header.numbers(TAG.dirIndexes, 'int32', count),
    capabilities: header.has(TAG.fileCaps) ? header.strings(TAG.fileCaps, count) : [],
  };
}

function readFile(header: HeaderView, columns: Columns, name: string, i: number): RpmFile {
  const path = readPath(header, columns, name, i);
  const mode = columns.modes[i] ?? 0;
  const flags = columns.flags[i] ?? 0;
  const type = typeOf(mode, flags);
  if (type === undefined) throw header.invalid(`file ${path} has the mode ${mode.toString(8)}`);
  if ((flags & ~KNOWN_FLAGS) !== 0) throw header.invalid(`file ${path} has the flags ${flags}`);
  if (columns.inodes[i] !== i + 1)
    throw header.invalid(`file ${path} has the inode ${columns.inodes[i]}, not ${i + 1}`);
  const digest = columns.digests[i] ?? '';
  const target = columns.targets[i] ?? '';
  const size = columns.sizes[i] ?? 0;
  if (type === 'file' ? !isSha256(digest) : digest !== '') throw header.invalid(`file ${path} has a wrong digest`);
  if ((type === 'symlink') !== (target !== '')) throw header.invalid(`file ${path} has a wrong link target`);
  const expected = type === 'file' ? size : Buffer.byteLength(target);
  if (size !== expected) throw header.invalid(`file ${path} has ${size} bytes instead of ${expected}`);
  return {
    path,
    type,
    mode: mode & ~TYPE_BITS,
    owner: columns.owners[i] ?? '',
    group: columns.groups[i] ?? '',
    size,
    mtime: columns.mtimes[i] ?? 0,
    ...(type === 'file' && { sha256: digest }),
    ...(type === 'symlink' && { target }),
    ...marksOf(flags),
    ...((columns.capabilities[i] ?? '') !== '' && { capabilities: columns.capabilities[i] ?? '' }),
  };
}

function readPath(header: HeaderView, { directories, directoryIndexes }: Columns, name: string, i: number): string {
  const directory = directories[directoryIndexes[i] ?? 0];
  if (directory === undefined || !directory.endsWith('/') || name.includes('/'))
    throw header.invalid(`file ${i} has no directory or no base name`);
  const path = directory + name;
  const fault = pathFault(path);
  if (fault !== undefined) throw header.invalid(`path ${JSON.stringify(path)} ${fault}`);
  return path;
}

function typeOf(mode: number, flags: number): RpmFile['type'] | undefined {
  const type = (['file', 'directory', 'symlink'] as const).find((each) => FILE_TYPES[each] === (mode & TYPE_BITS));
  return type !== undefined && (flags & FILE_FLAG.ghost) !== 0 ? 'ghost' : type;
}

function marksOf(flags: number): Pick<RpmFile, 'config' | 'role'> {
  const config = (flags & FILE_FLAG.noReplace) === 0 ? 'replace' : 'noreplace';
  const role = (flags & FILE_FLAG.doc) === 0 ? 'license' : 'doc';
  return {
    ...((flags & FILE_FLAG.config) !== 0 && { config }),
    ...((flags & (FILE_FLAG.doc | FILE_FLAG.license)) !== 0 && { role }),
  };
}
