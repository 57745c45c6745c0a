/** Bytes of a known length that can be read from anywhere, such as a file. */
export interface ByteRanges {
  /** Length in bytes. */
  readonly size: number;
  /** The bytes from `offset`; fewer than `length` where the end is nearer. */
  readAt(offset: number, length: number): Promise<Uint8Array>;
}

/** {@link ByteRanges} over bytes in memory. */
export function bytesRanges(bytes: Uint8Array): ByteRanges {
  return { size: bytes.length, readAt: async (offset, length) => bytes.subarray(offset, offset + length) };
}
