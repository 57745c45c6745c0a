import type { PackageContent } from './package-spec.ts';

interface EntryBase {
  /** Absolute and normal: no `..`, no `//`, no trailing slash. */
  readonly path: string;
  /** Permission bits with setuid, setgid and sticky: 0o0000–0o7777; a symbolic link's are not looked at. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/**
 * One entry of an image's layer.
 *
 * @typeParam C - how a file's content is named: a reference in the plan, a `ByteSource` when it is written.
 */
export type LayerEntry<C = PackageContent> = LayerFile<C> | LayerDirectory | LayerLink;

/** A file of a layer. */
export interface LayerFile<C = PackageContent> extends EntryBase {
  readonly type: 'file';
  readonly content: C;
}

/** A directory of a layer. */
export interface LayerDirectory extends EntryBase {
  readonly type: 'directory';
}

/** A link of a layer. */
export interface LayerLink extends EntryBase {
  readonly type: 'symlink' | 'hardlink';
  /** As it stands in the link; of a hard link the absolute path of a file in the same layer. */
  readonly target: string;
}
