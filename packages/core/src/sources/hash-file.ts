import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sha256 } from '../model/digest.ts';

/** The digest and size of a file beside the program, or undefined when there is no regular file of that name. */
export async function hashFile(
  directory: string,
  name: string,
): Promise<{ readonly sha256: Sha256; readonly size: number } | undefined> {
  const file = join(directory, name);
  const found = await stat(file).catch(() => undefined);
  if (found?.isFile() !== true) return undefined;
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of createReadStream(file)) {
    hash.update(chunk as Uint8Array);
    size += (chunk as Uint8Array).length;
  }
  return { sha256: hash.digest('hex'), size };
}
