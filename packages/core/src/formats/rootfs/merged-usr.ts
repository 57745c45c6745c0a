import type { LayerEntry, LayerLink } from '../../model/layer-entry.ts';

/** Directories of the root that are links into /usr on every Debian since 12. */
const MERGED = /^\/(bin|sbin|lib|lib32|lib64|libo32|libx32)(?=\/|$)/;

/** Where a path is on a system whose /usr is merged: `/lib/x86_64-linux-gnu` is `/usr/lib/x86_64-linux-gnu`. */
export function toMergedUsr(path: string): string {
  return path.replace(MERGED, '/usr/$1');
}

/** The links of the root that lead to directories which the entries have in /usr. */
export function mergedUsrLinks(entries: readonly LayerEntry<unknown>[]): readonly LayerLink[] {
  const names = new Set(
    entries.flatMap(({ path }) => {
      const name = /^\/usr\/([^/]+)(?=\/|$)/.exec(path)?.[1];
      return name !== undefined && MERGED.test(`/${name}`) ? [name] : [];
    }),
  );
  return [...names].map((name) => ({
    type: 'symlink',
    path: `/${name}`,
    mode: 0o777,
    uid: 0,
    gid: 0,
    target: `usr/${name}`,
  }));
}
