import type { Sha256 } from '../model/digest.ts';

/** Reads the files of a repository as it is published now. */
export interface RepoReader {
  /** The file's bytes; undefined when there is none. Paths are relative to the root of the repository. */
  read(path: string): Promise<Uint8Array | undefined>;
}

/** A package file's place in a repository. */
export interface PoolFile {
  readonly path: string;
  readonly sha256: Sha256;
  readonly size: number;
}

/** A metadata file of a repository. */
export interface RepoFile {
  readonly path: string;
  readonly content: Uint8Array;
}

/**
 * What turns one state of a repository into the next, in the order that it must be written: a client that reads between
 * any two writes sees either state whole.
 */
export interface RepoChange {
  /** Package files that the repository gets; written first. A path never gets other bytes. */
  readonly pool: readonly PoolFile[];
  /** Indexes; each under a name that the present entry does not refer to, or where clients do not look for it first. */
  readonly indexes: readonly RepoFile[];
  /** The files that clients start from, in the order they are written. */
  readonly entries: readonly RepoFile[];
  /** Files that no generation which is still kept refers to; removed last. */
  readonly obsolete: readonly string[];
}
