import { constants, gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { DistroError } from '../errors/distro-error.ts';
import type { Compression } from '../model/target.ts';

/** Of gzip's, one of the fast: nine takes ten times as long. */
const LEVELS = { gzip: 5, zstd: 3 } as const;

/** Compresses something that is in memory, such as an index. The bytes depend on the content alone. */
export function compressSmall(content: Uint8Array | string, compression: Compression): Uint8Array {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  if (compression === 'zstd') {
    const params = { [constants.ZSTD_c_compressionLevel]: LEVELS.zstd, [constants.ZSTD_c_checksumFlag]: 1 };
    return zstdCompressSync(bytes, { params, pledgedSrcSize: bytes.length });
  }
  const zipped = gzipSync(bytes, { level: LEVELS.gzip });
  // What says on which system it was made.
  zipped[9] = 3;
  return zipped;
}

/**
 * Decompresses something that fits in memory.
 *
 * @throws FORMAT_INVALID, FORMAT_LIMIT past `limit` bytes
 */
export function decompressSmall(
  content: Uint8Array,
  compression: Compression,
  { what, limit }: { readonly what: string; readonly limit: number },
): Buffer {
  try {
    const options = { maxOutputLength: limit };
    return compression === 'gzip' ? gunzipSync(content, options) : zstdDecompressSync(content, options);
  } catch (cause) {
    const isTooLong = cause instanceof Error && 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE';
    if (isTooLong) throw new DistroError('FORMAT_LIMIT', `${what} is longer than ${limit} bytes`, { cause });
    throw new DistroError('FORMAT_INVALID', `${what} is not ${compression} data, or is damaged`, { cause });
  }
}
