import type { Blob } from '../model/bytes.ts';
import type { Sha256 } from '../model/digest.ts';

/** A blob as the store names it. */
export interface BlobId {
  readonly sha256: Sha256;
  /** Bytes. */
  readonly size: number;
}

/** The recorded result of a step: what the action cache holds for a step key. */
export interface ActionResult {
  readonly key: Sha256;
  /** The step's id in the plan that ran it. */
  readonly stepId: string;
  /** By output name. */
  readonly outputs: Readonly<Record<string, BlobId>>;
  /** How long it ran, for estimates. */
  readonly ms: number;
}

/** A result with what it was the result of. */
export interface ActionRecord extends ActionResult {
  /** The canonical JSON that the key is the sha256 of, to say later what changed. */
  readonly keyed: string;
}

/** A writable blob: bytes go in, a digest comes out. */
export interface BlobWriter {
  write(chunk: Uint8Array): Promise<void>;
  /** Makes the blob visible under its digest, atomically. */
  commit(): Promise<BlobId>;
  /** Drops what was written. Safe to call after `commit`. */
  abort(): Promise<void>;
}

/**
 * The content-addressed store: blobs by sha256, and the action cache by step key. Everything in it can be lost and
 * rebuilt. Safe for several processes at once; a kill at any moment leaves only temporary files that `collect` removes.
 */
export interface Store {
  /** The store's directory. */
  readonly dir: string;
  /** Where the logs of steps are kept. `collect` removes old ones. */
  readonly logsDir: string;
  /** A writer for a new blob. Bytes are hashed once, while they are written. */
  writer(): Promise<BlobWriter>;
  /** Takes bytes in. */
  put(content: AsyncIterable<Uint8Array> | Uint8Array | string): Promise<BlobId>;
  /** Moves a file into the store (same file system) or copies it. `expect` is checked when given: `DIGEST_MISMATCH`. */
  putFile(file: string, options?: { readonly move?: boolean; readonly expect?: BlobId }): Promise<BlobId>;
  /** The blob, or undefined when the store lacks it or holds other bytes under its name (which are then removed). */
  tryFindBlob(id: BlobId): Promise<Blob | undefined>;
  /** The blob. @throws STORE_CORRUPT */
  findBlob(id: BlobId): Promise<Blob>;
  /** The verified file of a blob, for programs that need a path. Never write to it. @throws STORE_CORRUPT */
  pathOf(id: BlobId): Promise<string>;
  /** The recorded result for a key, or undefined when there is none or one of its blobs is missing or damaged. */
  tryFindAction(key: Sha256): Promise<ActionResult | undefined>;
  /** The newest record of a step id, whatever its key. */
  tryFindLastAction(stepId: string): Promise<ActionRecord | undefined>;
  saveAction(record: ActionRecord): Promise<void>;
  /** A small text kept under a name, such as what was last written to a directory; it can be lost like all else. */
  tryFindNote(name: string): Promise<string | undefined>;
  saveNote(name: string, text: string): Promise<void>;
  /**
   * A directory that a tool keeps for the next run, such as unfinished downloads, by the tool's name. `collect` removes
   * what is in it and old.
   */
  cacheDir(name: string): Promise<string>;
  /** A new empty directory on the store's file system. Removed by `dispose`, or by `collect` after a kill. */
  tempDir(): Promise<{ readonly path: string; dispose(): Promise<void> }>;
  /**
   * Runs `work` while no other process runs the same key: two processes that need the same step build it once. A lock
   * whose process died is taken over.
   */
  exclusive<T>(key: Sha256, work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** Removes temporary files of dead processes and blobs and actions that were not used since `before`. */
  collect(options: { readonly before: Date }): Promise<{ readonly blobs: number; readonly bytes: number }>;
}
