import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sha256 } from '../model/digest.ts';
import { hashFile as sha256OfFile } from '../store/file-bytes.ts';

/** The digest and size of a file beside the program, or undefined when there is no regular file of that name. */
export async function hashFile(
  directory: string,
  name: string,
): Promise<{ readonly sha256: Sha256; readonly size: number } | undefined> {
  const file = join(directory, name);
  const found = await stat(file).catch(() => undefined);
  if (found?.isFile() !== true) return undefined;
  return { sha256: await sha256OfFile(file), size: found.size };
}
