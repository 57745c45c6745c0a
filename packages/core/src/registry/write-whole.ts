import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fsError } from '../store/fs-error.ts';

let count = 0;

/** Has `fill` write a temporary file and gives it the name `file` when that ended well. @throws DISK_FULL, PERMISSION_DENIED */
export async function writeWhole(file: string, fill: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = join(dirname(file), `.${basename(file).slice(0, 100)}-${process.pid}-${(count += 1)}`);
  try {
    await mkdir(dirname(file), { recursive: true });
    await fill(temporary);
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw fsError(error, file);
  }
}
