import { DistroError } from '../errors/distro-error.ts';
import type { ByteSource } from '../model/bytes.ts';

/**
 * Reads a source and holds it to its announced size, since a header with that size has gone out before: a file may grow
 * or shrink while it is read.
 *
 * A chunk is valid until the next one is asked for.
 *
 * @param what - names the content in the error
 * @throws `FORMAT_INVALID` when there are more or fewer bytes
 */
export async function* exactContent(source: ByteSource, what: string): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of source.read({ reuse: true })) {
    size += chunk.length;
    if (size > source.size) break;
    yield chunk;
  }
  if (size === source.size) return;
  const change = size > source.size ? 'grew' : `shrank to ${size} bytes`;
  throw new DistroError('FORMAT_INVALID', `${what} has ${source.size} bytes and ${change} while it was read`);
}
