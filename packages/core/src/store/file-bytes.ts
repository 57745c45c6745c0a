import { createHash } from 'node:crypto';
import { open, stat, type FileHandle } from 'node:fs/promises';
import type { ByteSource, ReadOptions } from '../model/bytes.ts';
import type { Sha256 } from '../model/digest.ts';

const CHUNK = 256 * 1024;

/** Reads a file in chunks of 256 KiB, each in memory of its own unless it may be used again. */
export async function* readChunks(file: string, { reuse = false }: ReadOptions = {}): AsyncGenerator<Uint8Array, void> {
  const handle = await open(file, 'r');
  try {
    let buffer: Buffer | undefined;
    for (;;) {
      if (buffer === undefined || !reuse) buffer = Buffer.allocUnsafeSlow(CHUNK);
      const { bytesRead } = await handle.read(buffer, 0, CHUNK);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

/** The sha256 of an open file, from its start. */
export async function hashHandle(handle: FileHandle, signal?: AbortSignal): Promise<Sha256> {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafeSlow(CHUNK);
  for (let position = 0; ;) {
    signal?.throwIfAborted();
    const { bytesRead } = await handle.read(buffer, 0, CHUNK, position);
    if (bytesRead === 0) return hash.digest('hex');
    hash.update(buffer.subarray(0, bytesRead));
    position += bytesRead;
  }
}

/** The sha256 of a file. */
export async function hashFile(file: string, signal?: AbortSignal): Promise<Sha256> {
  const handle = await open(file, 'r');
  try {
    return await hashHandle(handle, signal);
  } finally {
    await handle.close();
  }
}

/** A file as bytes that can be read more than once. */
export async function fileSource(file: string): Promise<ByteSource> {
  const { size } = await stat(file);
  return { size, read: (options) => readChunks(file, options) };
}
