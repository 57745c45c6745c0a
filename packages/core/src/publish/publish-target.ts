import type { Blob } from '../model/bytes.ts';
import type { Sha256 } from '../model/digest.ts';
import type { RepoReader } from '../repos/repo-change.ts';

/**
 * A place that files are published to and served from: a directory, a bucket. Paths are relative, with `/` and without
 * `..`. Implementations keep two promises that publishing rests on: a reader sees a file whole or not at all, and
 * whoever lists after a write has ended sees what was written.
 */
export interface PublishTarget extends RepoReader {
  /** How people name it, without a secret: `file:///srv/site`, `s3://bucket/site`. */
  readonly url: string;
  /** What a file is, or undefined when there is none. */
  describe(path: string): Promise<TargetFile | undefined>;
  /** Writes a file, or replaces it, all at once. */
  write(path: string, content: Blob, options?: { readonly signal?: AbortSignal | undefined }): Promise<void>;
  /** Gives a file a second name, without sending it again. */
  copy(from: string, to: string): Promise<void>;
  /** The paths of the files whose paths begin with `prefix`, sorted. */
  list(prefix: string): Promise<readonly string[]>;
  /** Removes a file; no error when there is none. */
  remove(path: string): Promise<void>;
}

/** A published file. */
export interface TargetFile {
  readonly sha256: Sha256;
  readonly size: number;
}
