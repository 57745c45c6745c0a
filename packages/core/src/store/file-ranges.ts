import { open } from 'node:fs/promises';
import type { ByteRanges } from '../model/byte-ranges.ts';

/** Runs `work` on an open file that is read from anywhere, and closes it. */
export async function withFileRanges<T>(file: string, work: (ranges: ByteRanges) => Promise<T>): Promise<T> {
  await using handle = await open(file, 'r');
  const { size } = await handle.stat();
  return await work({
    size,
    async readAt(offset, length) {
      const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(length, size - offset)));
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, offset);
      return buffer.subarray(0, bytesRead);
    },
  });
}
