import { createHash } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import type { Blobs } from './blobs.ts';
import { withFsErrors } from './fs-error.ts';
import type { BlobId, BlobWriter } from './store.ts';

const BUFFER = 256 * 1024;

/** A {@link BlobWriter} that writes to `file` and gives it to the blobs when it is committed. */
export async function createBlobWriter(file: string, blobs: Blobs): Promise<BlobWriter> {
  const handle = await withFsErrors(file, () => open(file, 'wx', 0o600));
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafeSlow(BUFFER);
  let buffered = 0;
  let size = 0;
  let isOpen = true;
  let committed: BlobId | undefined;

  // Archive writers send many small headers: a system call for each would cost more than the copy does.
  async function flush(): Promise<void> {
    if (buffered > 0) await handle.writeFile(buffer.subarray(0, buffered));
    buffered = 0;
  }

  async function close(): Promise<void> {
    if (!isOpen) return;
    isOpen = false;
    await handle.close();
  }

  return {
    write: (chunk) =>
      withFsErrors(file, async () => {
        hash.update(chunk);
        size += chunk.length;
        if (buffered + chunk.length > BUFFER) await flush();
        if (chunk.length >= BUFFER) return handle.writeFile(chunk);
        buffer.set(chunk, buffered);
        buffered += chunk.length;
      }),
    commit: () =>
      withFsErrors(file, async () => {
        if (committed !== undefined) return committed;
        await flush();
        await close();
        const id = { sha256: hash.digest('hex'), size };
        await blobs.adopt(file, id);
        return (committed = id);
      }),
    async abort() {
      await close();
      if (committed === undefined) await rm(file, { force: true });
    },
  };
}
