import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { SpoolFactory } from '../model/bytes.ts';
import { readChunks } from '../store/file-bytes.ts';
import { withFsErrors } from '../store/fs-error.ts';

/** Makes spools that are files of a directory. `close` when the last was read; whoever made the directory removes it. */
export function openSpools(directory: string): { readonly create: SpoolFactory; close(): Promise<void> } {
  const handles: FileHandle[] = [];
  return {
    async create() {
      const file = join(directory, `spool-${handles.length}`);
      const handle = await withFsErrors(file, () => open(file, 'wx'));
      handles.push(handle);
      let size = 0;
      return {
        get size() {
          return size;
        },
        async write(chunk) {
          await withFsErrors(file, () => handle.writeFile(chunk));
          size += chunk.length;
        },
        read: () => readChunks(file),
      };
    },
    async close() {
      for (const handle of handles) await handle.close();
    },
  };
}
