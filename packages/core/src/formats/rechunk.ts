/** What {@link rechunk} takes. */
export interface RechunkOptions {
  /** Bytes of each block but the last. */
  readonly size: number;
  /** A block's memory is used again once this many further blocks were asked for; at least 1. */
  readonly keep: number;
}

/**
 * The same bytes in blocks of one size, the last one shorter. Codecs that cut their input into blocks need it: their
 * output must not depend on how the input happened to arrive. No block for no bytes.
 */
export async function* rechunk(
  input: AsyncIterable<Uint8Array>,
  { size, keep }: RechunkOptions,
): AsyncGenerator<Uint8Array, void> {
  const pool: Buffer[] = [];
  let block: Buffer = Buffer.alloc(0);
  let used = 0;
  for await (const chunk of input) {
    for (let offset = 0; offset < chunk.length;) {
      if (used === block.length) {
        if (used > 0) {
          pool.push(block);
          yield block;
        }
        block = pool.length > keep ? (pool.shift() as Buffer) : Buffer.allocUnsafeSlow(size);
        used = 0;
      }
      const taken = Math.min(chunk.length - offset, size - used);
      block.set(chunk.subarray(offset, offset + taken), used);
      offset += taken;
      used += taken;
    }
  }
  if (used > 0) yield block.subarray(0, used);
}
