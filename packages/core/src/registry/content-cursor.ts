import type { OciBlob } from './content.ts';
import { mismatch } from './digest-check.ts';

/** Reads content part by part, and from another place where a transfer has to go back. */
export interface ContentCursor {
  /** The next `length` bytes from `offset`. @throws DIGEST_MISMATCH when the content ends before */
  take(offset: number, length: number): AsyncIterable<Uint8Array>;
  /** Ends reading. */
  close(): Promise<void>;
}

/** A cursor at the start of content. `what` names it in errors. */
export function newContentCursor(content: OciBlob, what: string): ContentCursor {
  let position = 0;
  let chunks: AsyncGenerator<Uint8Array, void> | undefined;
  let rest: Uint8Array = new Uint8Array();

  const close = async (): Promise<void> => {
    await chunks?.return();
    chunks = undefined;
    rest = new Uint8Array();
  };
  const next = async (): Promise<Uint8Array> => {
    const read = await chunks?.next();
    if (read === undefined || read.done === true) throw mismatch(what, `${position} bytes`, `${content.size} bytes`);
    return read.value;
  };

  return {
    async *take(offset, length) {
      if (chunks === undefined || position !== offset) {
        await close();
        chunks = bytesFrom(content, offset);
        position = offset;
      }
      for (let left = length; left > 0;) {
        if (rest.length === 0) rest = await next();
        const part = rest.subarray(0, left);
        rest = rest.subarray(part.length);
        left -= part.length;
        position += part.length;
        if (part.length > 0) yield part;
      }
    },
    close,
  };
}

/** Content from an offset: read from there where it can be, else with what is before it dropped. */
async function* bytesFrom(content: OciBlob, offset: number): AsyncGenerator<Uint8Array, void> {
  let skip = content.readFrom === undefined ? offset : 0;
  for await (const chunk of content.readFrom?.(offset) ?? content.read()) {
    const fresh = chunk.subarray(Math.min(skip, chunk.length));
    skip -= chunk.length - fresh.length;
    if (fresh.length > 0) yield fresh;
  }
}
