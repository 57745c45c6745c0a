import { DistroError } from '../errors/distro-error.ts';
import { bytesSource } from '../model/bytes.ts';
import type { ContentSink, ContentSource, Descriptor, OciBlob, Transfer } from './content.ts';
import { newDigestCheck } from './digest-check.ts';
import { MAX_MANIFEST, parseManifest } from './documents.ts';
import { type Limit, newLimit } from './limit.ts';
import { isManifestType } from './media-types.ts';

/** A manifest to copy with all that it is made of, and the names it gets. */
export interface GraphRoot {
  readonly descriptor: Descriptor;
  /** @default none */
  readonly tags?: readonly string[];
}

/** How a graph is copied. */
export interface CopyOptions {
  readonly signal?: AbortSignal | undefined;
  /** How many blobs and manifests are on their way at a time. @default 8 */
  readonly concurrency?: number | undefined;
  /** Paths of repositories of the target's registry that may have the blobs. */
  readonly mountFrom?: readonly string[] | undefined;
  /** Copy what refers to the manifests too: signatures, SBOMs, provenance. @default true */
  readonly referrers?: boolean | undefined;
  /** Takes what happens, in order. It must not throw. */
  readonly onEvent?: ((event: TransferEvent) => void) | undefined;
}

/** Something that happened to one blob or manifest; only blobs that are sent begin. */
export type TransferEvent =
  | { readonly type: 'start'; readonly descriptor: Descriptor }
  /** `done` goes back where an interrupted transfer has to repeat some bytes. */
  | { readonly type: 'progress'; readonly descriptor: Descriptor; readonly done: number }
  | { readonly type: 'end'; readonly descriptor: Descriptor; readonly outcome: Transfer | 'exists' };

/** What a copy came to: numbers of blobs and manifests, and the bytes that were sent. */
export interface CopySummary {
  readonly copied: number;
  readonly mounted: number;
  readonly existing: number;
  /** Bytes of what was copied. */
  readonly bytes: number;
}

/** More manifests than are copied at once, in all, in bytes: they are kept until what they are made of is there. */
const MAX_MANIFESTS = 256 * 1024 * 1024;

/**
 * Copies manifests and all that they are made of from one place to another: a push when the target is a repository, a
 * pull when the source is one. Each blob is sent once, children before parents, and what is there already is not sent
 * again; so after a failure the same call goes on where the last one stopped. A failure ends what else is under way.
 *
 * @throws FORMAT_INVALID when a manifest is none, or names content that the source does not have; FORMAT_LIMIT;
 *   DIGEST_MISMATCH; CANCELLED; what source and sink throw
 */
export async function copyGraph(
  source: ContentSource,
  sink: ContentSink,
  roots: readonly GraphRoot[],
  options: CopyOptions = {},
): Promise<CopySummary> {
  return new GraphCopy(source, sink, options).run(roots);
}

class GraphCopy {
  readonly #source: ContentSource;
  readonly #sink: ContentSink;
  readonly #options: CopyOptions;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  readonly #limited: Limit;
  /** By digest. */
  readonly #begun = new Map<string, Promise<void>>();
  readonly #tags = new Map<string, readonly string[]>();
  readonly #summary = { copied: 0, mounted: 0, existing: 0, bytes: 0 };
  #manifestBytes = 0;
  #failure: { readonly error: unknown } | undefined;

  constructor(source: ContentSource, sink: ContentSink, options: CopyOptions) {
    this.#source = source;
    this.#sink = sink;
    this.#options = options;
    const { signal, concurrency = 8 } = options;
    this.#signal = signal === undefined ? this.#stop.signal : AbortSignal.any([signal, this.#stop.signal]);
    this.#limited = newLimit(concurrency);
  }

  async run(roots: readonly GraphRoot[]): Promise<CopySummary> {
    for (const { descriptor, tags = [] } of roots) {
      this.#tags.set(descriptor.digest, [...(this.#tags.get(descriptor.digest) ?? []), ...tags]);
    }
    for (const { descriptor } of roots) void this.#copy(descriptor).catch(() => {});
    // Referrers are found while others are copied, and nobody waits for them but this.
    for (let ended = 0; ended < this.#begun.size;) {
      const begun = [...this.#begun.values()];
      await Promise.allSettled(begun);
      ended = begun.length;
    }
    if (this.#failure !== undefined) throw this.#failure.error;
    return { ...this.#summary };
  }

  /** Copies content with all that it is made of; what was begun before is not begun again. */
  #copy(descriptor: Descriptor): Promise<void> {
    const known = this.#begun.get(descriptor.digest);
    if (known !== undefined) return known;
    const isManifest = isManifestType(descriptor.mediaType);
    const copying = (isManifest ? this.#copyManifest(descriptor) : this.#copyBlob(descriptor)).catch(
      (error: unknown) => {
        this.#failure ??= { error };
        this.#stop.abort();
        throw error;
      },
    );
    this.#begun.set(descriptor.digest, copying);
    return copying;
  }

  async #copyManifest(manifest: Descriptor): Promise<void> {
    const bytes = await this.#readManifest(manifest);
    const { children, subject } = parseManifest(bytes, manifest.mediaType, manifest.digest);
    await Promise.all(children.map((child) => this.#copy(child)));
    await this.#limited(this.#signal, () => this.#writeManifest(manifest, bytesSource(bytes), subject !== undefined));
    if (this.#options.referrers === false) return;
    const signal = this.#signal;
    const referrers = await this.#limited(signal, () => this.#source.referrers(manifest.digest, { signal }));
    for (const referrer of referrers) void this.#copy(referrer).catch(() => {});
  }

  async #readManifest(manifest: Descriptor): Promise<Uint8Array> {
    this.#manifestBytes += manifest.size;
    if (manifest.size > MAX_MANIFEST || this.#manifestBytes > MAX_MANIFESTS) {
      throw new DistroError('FORMAT_LIMIT', `the manifest ${manifest.digest} of ${manifest.size} bytes is too much`);
    }
    return this.#limited(this.#signal, async () => {
      const content = await this.#read(manifest);
      const check = newDigestCheck(manifest, `the manifest ${manifest.digest}`);
      const chunks: Uint8Array[] = [];
      for await (const chunk of content.read()) {
        check.update(chunk);
        chunks.push(new Uint8Array(chunk));
      }
      check.end();
      return Buffer.concat(chunks);
    });
  }

  async #writeManifest(manifest: Descriptor, content: OciBlob, isReferrer: boolean): Promise<void> {
    const signal = this.#signal;
    const tags = this.#tags.get(manifest.digest) ?? [];
    for (const tag of tags) {
      const named = await this.#sink.resolve(tag, { signal });
      if (named?.digest === manifest.digest) this.#end(manifest, 'exists');
      else {
        await this.#sink.writeTagged(tag, manifest, content, { signal });
        this.#end(manifest, 'copied');
      }
    }
    if (tags.length > 0) return;
    // An interrupted copy may have written a referrer, but not yet that it is one.
    const isThere = !isReferrer && (await this.#sink.has(manifest, { signal }));
    this.#end(manifest, isThere ? 'exists' : await this.#sink.write(manifest, content, { signal }));
  }

  #copyBlob(descriptor: Descriptor): Promise<void> {
    const signal = this.#signal;
    const { onEvent, mountFrom } = this.#options;
    return this.#limited(signal, async () => {
      if (await this.#sink.has(descriptor, { signal })) return this.#end(descriptor, 'exists');
      onEvent?.({ type: 'start', descriptor });
      const onProgress = (done: number): void => onEvent?.({ type: 'progress', descriptor, done });
      const content = await this.#read(descriptor);
      this.#end(descriptor, await this.#sink.write(descriptor, content, { signal, onProgress, mountFrom }));
    });
  }

  async #read(descriptor: Descriptor): Promise<OciBlob> {
    const content = await this.#source.tryRead(descriptor, { signal: this.#signal });
    if (content !== undefined) return content;
    throw new DistroError('FORMAT_INVALID', `${descriptor.digest} (${descriptor.mediaType}) is named but not there`);
  }

  #end(descriptor: Descriptor, outcome: Transfer | 'exists'): void {
    this.#summary[outcome === 'exists' ? 'existing' : outcome] += 1;
    if (outcome === 'copied') this.#summary.bytes += descriptor.size;
    this.#options.onEvent?.({ type: 'end', descriptor, outcome });
  }
}
