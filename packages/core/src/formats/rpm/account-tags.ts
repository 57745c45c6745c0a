import type { PackageFile } from '../../model/package-spec.ts';
import { int32 } from './header.ts';
import type { TagValue } from './header.ts';
import type { RpmRelation } from './relation.ts';
import { TAG } from './tags.ts';

/** Marks an entry of the dictionary as an index into the provides. */
const PROVIDES = 0x5000_0000;

/**
 * The header tags that say which file brings the provides of the package's accounts. rpm 4.19 and later give its path to
 * systemd-sysusers, so that an administrator's file of the same name in `/etc/sysusers.d` counts instead.
 *
 * @param path - the package's sysusers.d file
 */
export function accountTags(
  files: readonly PackageFile<unknown>[],
  provides: readonly RpmRelation[],
  path: string,
): ReadonlyMap<number, TagValue> {
  const dictionary = [...provides.keys()].filter((index) =>
    /^(?:user|group|groupmember)\(/.test(provides[index]?.name ?? ''),
  );
  if (dictionary.length === 0 || !files.some((file) => file.path === path)) return new Map();
  return new Map([
    [TAG.fileDependsX, int32(files.map(() => 0))],
    [TAG.fileDependsN, int32(files.map((file) => (file.path === path ? dictionary.length : 0)))],
    [TAG.dependsDict, int32(dictionary.map((index) => PROVIDES + index))],
  ]);
}
