import type {
  ContentId,
  ContentSink,
  ContentSource,
  Descriptor,
  OciBlob,
  Transfer,
  TransferOptions,
  WriteOptions,
} from './content.ts';

/**
 * A registry of the {@link https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md OCI distribution
 * specification 1.1}. Its connections are kept and shared by all its repositories; close it at the end.
 *
 * Every operation may throw, beside what it says itself: `REGISTRY_DENIED`, `REGISTRY_FAILED`,
 * `REGISTRY_ANSWER_INVALID`, `CREDENTIALS_INVALID`, and `CANCELLED` when its signal is aborted.
 */
export interface Registry extends AsyncDisposable {
  /** As it was given: `registry.example:5000`. */
  readonly host: string;
  /** A repository, whether it exists or not. @throws NAME_INVALID */
  repository(path: string): Repository;
  /** Ends the connections. */
  close(): Promise<void>;
}

/** One repository of a registry. As a place for content it keeps manifests and blobs apart by their media type. */
export interface Repository extends ContentSource, ContentSink {
  /** `registry.example:5000/kubernetes/etcd`. */
  readonly name: string;
  /** The path in its registry. */
  readonly path: string;
  readonly blobs: Blobs;
  readonly manifests: Manifests;
  /** All tags, page by page, in the registry's order. @throws REGISTRY_NOT_FOUND */
  tags(options?: TransferOptions): AsyncIterable<string>;
  /**
   * The manifests whose subject is the given one: from the registry's referrers API, else from the index under the tag
   * `sha256-<hex>` that clients keep where there is no such API.
   */
  referrers(digest: string, options?: ReferrersOptions): Promise<readonly Descriptor[]>;
}

/** The blobs of a repository: configurations and layers. */
export interface Blobs {
  /** Its size in bytes; undefined when it is not there. */
  sizeOf(digest: string, options?: TransferOptions): Promise<number | undefined>;
  /**
   * The blob's bytes, checked while they come: a reader that gets to the end has what it asked for. A transfer that
   * breaks goes on where it stopped.
   *
   * @throws REGISTRY_NOT_FOUND, DIGEST_MISMATCH
   */
  pull(blob: ContentId, options?: TransferOptions): AsyncIterable<Uint8Array>;
  /**
   * Sends a blob, or has the registry take it from another repository. An upload that breaks goes on where the registry
   * says that it stopped.
   *
   * @throws DIGEST_MISMATCH when the registry finds that the bytes are others.
   */
  push(blob: ContentId, content: OciBlob, options?: WriteOptions): Promise<Transfer>;
  /** @throws REGISTRY_NOT_FOUND */
  delete(digest: string, options?: TransferOptions): Promise<void>;
}

/** The manifests of a repository: images, indexes and artifacts. */
export interface Manifests {
  /** The manifest of a tag or digest. @throws REGISTRY_NOT_FOUND, DIGEST_MISMATCH, FORMAT_LIMIT over 4 MiB */
  get(reference: string, options?: TransferOptions): Promise<Manifest>;
  /** What a tag or digest names; undefined when it is not there. */
  find(reference: string, options?: TransferOptions): Promise<Descriptor | undefined>;
  /**
   * Writes a manifest under its digest, or under a tag. One with a subject becomes a referrer of it, by the registry
   * itself or, where that has no referrers API, by an entry in the index that stands for it.
   */
  put(manifest: NewManifest, options?: PutManifestOptions): Promise<Descriptor>;
  /** Removes a manifest by its digest, and its entry among the referrers of its subject; or only a tag. @throws REGISTRY_NOT_FOUND */
  delete(reference: string, options?: TransferOptions): Promise<void>;
}

/** A manifest's bytes and what they are. */
export interface NewManifest {
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** A manifest that was checked by its digest. */
export interface Manifest extends NewManifest {
  readonly descriptor: Descriptor;
}

/** How a manifest is written. */
export interface PutManifestOptions extends TransferOptions {
  /** The name it gets. @default its digest alone */
  readonly tag?: string | undefined;
}

/** Which referrers are wanted. */
export interface ReferrersOptions extends TransferOptions {
  /** Only those of this type. */
  readonly artifactType?: string | undefined;
}
