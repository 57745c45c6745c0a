/** Bytes of a known length that can be read more than once, each time from their start. */
export interface ByteSource {
  /** Length in bytes. */
  readonly size: number;
  /** Reads all bytes, in chunks of at most a few hundred KiB. */
  read(options?: ReadOptions): AsyncIterable<Uint8Array>;
}

/** How bytes are read. */
export interface ReadOptions {
  /**
   * The memory of a chunk may be used again once the next one is asked for: for readers that keep none, whose time would
   * else go into collecting buffers. @default false
   */
  readonly reuse?: boolean;
}

/** Bytes with their sha256, as the store hands them out. */
export interface Blob extends ByteSource {
  readonly sha256: string;
}

/** A place for bytes that must be written before their length or digest is known; the build layer makes it a file. */
export interface Spool {
  /** Bytes written so far. */
  readonly size: number;
  write(chunk: Uint8Array): Promise<void>;
  /** All bytes written so far; call after the last write. */
  read(): AsyncIterable<Uint8Array>;
}

/** Makes a new, empty {@link Spool}; whoever supplies the factory also removes what it made. */
export type SpoolFactory = () => Promise<Spool>;

/** A {@link ByteSource} over bytes in memory. */
export function bytesSource(content: Uint8Array | string): ByteSource {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return {
    size: bytes.length,
    async *read() {
      if (bytes.length > 0) yield bytes;
    },
  };
}

/** A {@link SpoolFactory} in memory, for small content and tests. */
export const memorySpool: SpoolFactory = async () => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  return {
    get size() {
      return size;
    },
    async write(chunk) {
      // Not slice(), which on a Buffer is a view of the same memory.
      chunks.push(new Uint8Array(chunk));
      size += chunk.length;
    },
    async *read() {
      yield* chunks;
    },
  };
};

/** Collects a stream into one array. Throws a RangeError past `limit` bytes, so that hostile input cannot fill the memory. */
export async function collect(stream: AsyncIterable<Uint8Array>, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > limit) throw new RangeError(`more than ${limit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
