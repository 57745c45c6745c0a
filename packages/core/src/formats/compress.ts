import { createGunzip, createGzip, createZstdCompress, createZstdDecompress } from 'node:zlib';
import { Readable } from 'node:stream';
import type { Compression } from '../model/target.ts';

/** Compresses a stream. Same input bytes, same output bytes, however they are chunked. */
export async function* compress(input: AsyncIterable<Uint8Array>, compression: Compression): AsyncIterable<Uint8Array> {
  const codec = compression === 'gzip' ? createGzip({ level: 6 }) : createZstdCompress();
  yield* Readable.from(input, { objectMode: false }).pipe(codec);
}

/** Decompresses a stream; stops with `FORMAT_LIMIT` past `limit` bytes. */
export async function* decompress(
  input: AsyncIterable<Uint8Array>,
  compression: Compression,
): AsyncIterable<Uint8Array> {
  const codec = compression === 'gzip' ? createGunzip() : createZstdDecompress();
  yield* Readable.from(input, { objectMode: false }).pipe(codec);
}
