import type { OciDescriptor } from '../formats/oci/documents.ts';
import type { ByteSource, ReadOptions } from '../model/bytes.ts';

/** Names content by its digest, wherever it is kept. */
export interface Descriptor extends OciDescriptor {
  /** What an artifact is, where it stands among the referrers of another. */
  readonly artifactType?: string;
}

/** Digest and size: enough to check bytes by. */
export type ContentId = Pick<Descriptor, 'digest' | 'size'>;

/** Bytes that can be read from the middle: what an interrupted upload goes on from. */
export interface OciBlob extends ByteSource {
  /** Reads the bytes from `offset` on. Without it, they are read from the start and those before `offset` dropped. */
  readFrom?(offset: number, options?: ReadOptions): AsyncIterable<Uint8Array>;
}

/** A place that holds content by digest: a repository of a registry, a layout directory, the store, a bundle. */
export interface ContentSource {
  /** The content; undefined when it is not there. Its bytes may be wrong until they were read to their end. */
  tryRead(descriptor: Descriptor, options?: TransferOptions): Promise<OciBlob | undefined>;
  /** What names the given manifest as its subject: signatures, SBOMs, provenance. */
  referrers(digest: string, options?: TransferOptions): Promise<readonly Descriptor[]>;
}

/** A place that content is written to, children before parents. */
export interface ContentSink {
  /** True when all of it is there. */
  has(descriptor: Descriptor, options?: TransferOptions): Promise<boolean>;
  /**
   * Writes content, checked by digest and size. Says how it came there.
   *
   * @throws DIGEST_MISMATCH
   */
  write(descriptor: Descriptor, content: OciBlob, options?: WriteOptions): Promise<Transfer>;
  /** What a tag names; undefined when there is no such tag. */
  resolve(tag: string, options?: TransferOptions): Promise<Descriptor | undefined>;
  /** Writes a manifest under a tag, which then names it and nothing else. @throws DIGEST_MISMATCH */
  writeTagged(tag: string, manifest: Descriptor, content: OciBlob, options?: TransferOptions): Promise<void>;
}

/** How content came to its place: sent, or taken from another repository of the same registry. */
export type Transfer = 'copied' | 'mounted';

/** How a transfer is made. */
export interface TransferOptions {
  readonly signal?: AbortSignal | undefined;
}

/** How content is written. */
export interface WriteOptions extends TransferOptions {
  /** Takes the bytes written so far. It goes back where an interrupted transfer has to repeat some. */
  readonly onProgress?: ((done: number) => void) | undefined;
  /** Paths of repositories of the same registry that may have the content; other places take no notice. */
  readonly mountFrom?: readonly string[] | undefined;
}
