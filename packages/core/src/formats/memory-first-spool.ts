import type { Spool, SpoolFactory } from '../model/bytes.ts';

/** Enough for the payload of most packages; the rest of what a writer holds is far below 300 MiB. */
const LIMIT = 32 << 20;

/**
 * A spool that holds its first bytes in memory and makes another one only for what does not fit: most packages never
 * touch the disk twice. It keeps the chunks that it is given, so they must not be written to again.
 *
 * @param overflow - makes the spool for the rest
 * @param limit - bytes to hold @default 32 MiB
 */
export function memoryFirstSpool(overflow: SpoolFactory, limit: number = LIMIT): Spool {
  const held: Uint8Array[] = [];
  let size = 0;
  let rest: Spool | undefined;
  return {
    get size() {
      return size;
    },
    async write(chunk) {
      size += chunk.length;
      if (rest === undefined && size <= limit) {
        // A short chunk of a large buffer would hold all of it.
        held.push(chunk.length * 2 < chunk.buffer.byteLength ? new Uint8Array(chunk) : chunk);
        return;
      }
      rest ??= await overflow();
      await rest.write(chunk);
    },
    async *read() {
      yield* held;
      if (rest !== undefined) yield* rest.read();
    },
  };
}
