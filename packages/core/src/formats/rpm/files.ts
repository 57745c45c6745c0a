import type { ByteSource } from '../../model/bytes.ts';
import type { Sha256 } from '../../model/digest.ts';
import type { PackageFile } from '../../model/package-spec.ts';
import { CPIO_SIZE_MAX } from '../cpio.ts';
import { int16, int32, int64, strings } from './header.ts';
import type { TagValue } from './header.ts';
import { DIGEST_ALGO_SHA256, FILE_FLAG, TAG } from './tags.ts';

/** The file type bits of a mode, as in `stat`. */
export const FILE_TYPES = { file: 0o100000, directory: 0o040000, symlink: 0o120000, ghost: 0o100000 } as const;

const VERIFY_ALL = 0xffff_ffff;
/** A ghost is verified for its owner and mode only; its digest, size, link target and time are the machine's. */
const VERIFY_GHOST = 0xffff_ffd8;
const UINT32_MAX = 0xffff_ffff;

/** What the file tags need beside the list. */
export interface FileTagsOptions {
  /** The time of every file, in seconds since 1970. */
  readonly mtime: number;
  /** The sha256 of each regular file by its path. */
  readonly digests: ReadonlyMap<string, Sha256>;
}

/** The files in rpm's order: by the bytes of the whole path. */
export function sortFiles<C>(files: readonly PackageFile<C>[]): readonly PackageFile<C>[] {
  const keyed = files.map((file) => ({ file, key: Buffer.from(file.path) }));
  return keyed.sort((a, b) => Buffer.compare(a.key, b.key)).map(({ file }) => file);
}

/** The bytes that a file has in the package: its content, or the target of a symlink. */
export function sizeOf(file: PackageFile<ByteSource>): number {
  if (file.type === 'file') return file.content.size;
  return file.type === 'symlink' ? Buffer.byteLength(file.target) : 0;
}

/** The file type and the permission bits, as in `stat`. */
export function modeOf(file: PackageFile<unknown>): number {
  return FILE_TYPES[file.type] | (file.type === 'symlink' ? 0o777 : file.mode);
}

/** True when a file is too large for a plain cpio header. */
export function hasLargeFile(files: readonly PackageFile<ByteSource>[]): boolean {
  return files.some((file) => sizeOf(file) > CPIO_SIZE_MAX);
}

/** The inode number of the file at an index: made up, and different for each, since there are no hard links. */
export function inodeAt(index: number): number {
  return index + 1;
}

/** The header tags of the files: arrays of equal length in the order of the list. */
export function fileTags(
  files: readonly PackageFile<ByteSource>[],
  { mtime, digests }: FileTagsOptions,
): ReadonlyMap<number, TagValue> {
  const sizes = files.map(sizeOf);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const tags = new Map<number, TagValue>();
  if (total > UINT32_MAX) tags.set(TAG.longSize, int64(total));
  else tags.set(TAG.size, int32(total));
  if (files.length === 0) return tags;
  if (hasLargeFile(files)) tags.set(TAG.longFileSizes, int64(sizes));
  else tags.set(TAG.fileSizes, int32(sizes));
  tags.set(TAG.fileModes, int16(files.map(modeOf)));
  tags.set(TAG.fileRdevs, int16(files.map(() => 0)));
  tags.set(TAG.fileMtimes, int32(files.map(() => mtime)));
  tags.set(TAG.fileDigests, strings(files.map(({ path }) => digests.get(path) ?? '')));
  tags.set(TAG.fileLinkTos, strings(files.map((file) => (file.type === 'symlink' ? file.target : ''))));
  tags.set(TAG.fileFlags, int32(files.map(flagsOf)));
  tags.set(TAG.fileUserName, strings(files.map(({ owner }) => owner)));
  tags.set(TAG.fileGroupName, strings(files.map(({ group }) => group)));
  tags.set(TAG.fileVerifyFlags, int32(files.map(({ type }) => (type === 'ghost' ? VERIFY_GHOST : VERIFY_ALL))));
  tags.set(TAG.fileDevices, int32(files.map(() => 1)));
  tags.set(TAG.fileInodes, int32(files.map((_, index) => inodeAt(index))));
  tags.set(TAG.fileLangs, strings(files.map(() => '')));
  tags.set(TAG.fileDigestAlgo, int32(DIGEST_ALGO_SHA256));
  for (const [tag, value] of pathTags(files)) tags.set(tag, value);
  const capabilities = files.map((file) => (file.type === 'file' ? (file.capabilities ?? '') : ''));
  if (capabilities.some((text) => text !== '')) tags.set(TAG.fileCaps, strings(capabilities));
  return tags;
}

/** The paths, each as an index into the list of directories and a base name. */
function pathTags(files: readonly PackageFile<unknown>[]): ReadonlyMap<number, TagValue> {
  const directories = new Map<string, number>();
  const indexes: number[] = [];
  const names: string[] = [];
  for (const { path } of files) {
    const slash = path.lastIndexOf('/') + 1;
    const directory = path.slice(0, slash);
    const index = directories.get(directory) ?? directories.size;
    directories.set(directory, index);
    indexes.push(index);
    names.push(path.slice(slash));
  }
  return new Map([
    [TAG.dirIndexes, int32(indexes)],
    [TAG.baseNames, strings(names)],
    [TAG.dirNames, strings([...directories.keys()])],
  ]);
}

function flagsOf(file: PackageFile<unknown>): number {
  if (file.type === 'ghost') return FILE_FLAG.ghost;
  if (file.type !== 'file') return 0;
  const config =
    file.config === undefined ? 0 : FILE_FLAG.config | (file.config === 'noreplace' ? FILE_FLAG.noReplace : 0);
  return config | (file.role === undefined ? 0 : FILE_FLAG[file.role]);
}
