import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { collect } from '../model/bytes.ts';
import type { Compression } from '../model/target.ts';
import { compress, decompress } from './compress.ts';

const MIB = 1 << 20;
const codecs: readonly Compression[] = ['gzip', 'zstd'];
const reference = { gzip: gunzipSync, zstd: zstdDecompressSync } as const;

async function* chunked(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < bytes.length; offset += size) yield bytes.subarray(offset, offset + size);
}

/** Bytes that compress to about half, different in every block. */
function sample(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = 1;
  for (let index = 0; index < length; index += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    bytes[index] = (state >>> 28) + (index >>> 16);
  }
  return bytes;
}

async function pack(bytes: Uint8Array, compression: Compression, chunk = 65_536, size?: number): Promise<Buffer> {
  const options = size === undefined ? { compression } : { compression, size };
  return Buffer.from(await collect(compress(chunked(bytes, chunk), options), 64 * MIB));
}

async function unpack(bytes: Uint8Array, compression: Compression, limit = 64 * MIB, chunk = 65_536): Promise<Buffer> {
  return Buffer.from(await collect(decompress(chunked(bytes, chunk), { compression, limit }), limit));
}

describe.each(codecs)('%s', (compression) => {
  test.each([0, 1, MIB - 1, MIB, MIB + 1, 4 * MIB, 4 * MIB + 1, 20 * MIB])('gives %i bytes back', async (length) => {
    const bytes = sample(length);
    const packed = await pack(bytes, compression);
    expect(reference[compression](packed).equals(bytes)).toBe(true);
    expect((await unpack(packed, compression)).equals(bytes)).toBe(true);
  });

  test('gives back what real files hold, however they are chunked', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 5000 }), fc.integer({ min: 1, max: 700 }), async (bytes, chunk) => {
        expect(await unpack(await pack(bytes, compression, chunk), compression, MIB, chunk)).toEqual(
          Buffer.from(bytes),
        );
      }),
      { numRuns: 50 },
    );
  });

  test('writes the same bytes however the input is chunked', async () => {
    const bytes = sample(18 * MIB + 5);
    const once = await pack(bytes, compression, bytes.length);
    expect((await pack(bytes, compression, 65_537)).equals(once)).toBe(true);
    expect((await pack(bytes, compression, 3 * MIB)).equals(once)).toBe(true);
  });

  test('refuses a truncated, a damaged and a continued stream', async () => {
    const packed = await pack(sample(100_000), compression);
    const damaged = Buffer.from(packed);
    const middle = damaged.length >> 1;
    damaged[middle] = (damaged[middle] ?? 0) ^ 0x10;
    const bad = [
      Buffer.alloc(0),
      packed.subarray(0, 3),
      packed.subarray(0, -1),
      damaged,
      Buffer.concat([packed, Buffer.alloc(1)]),
      Buffer.concat([packed, Buffer.alloc(300_000, 1)]),
    ];
    for (const bytes of bad) {
      await expect(unpack(bytes, compression)).rejects.toMatchObject({ code: 'FORMAT_INVALID' });
    }
  });

  test('stops a bomb at its limit', async () => {
    const zeros = Buffer.alloc(32 * MIB);
    const bomb = compression === 'gzip' ? gzipSync(zeros) : zstdCompressSync(zeros);
    await expect(unpack(bomb, compression, MIB)).rejects.toMatchObject({ code: 'FORMAT_LIMIT' });
    expect(await unpack(bomb, compression, zeros.length)).toHaveLength(zeros.length);
  });

  test('passes on what the input throws, in either direction', async () => {
    const failing = async function* (): AsyncGenerator<Uint8Array> {
      yield await pack(sample(100_000), compression);
      yield sample(12 * MIB);
      throw new Error('disk on fire');
    };
    const failingEarly = async function* (): AsyncGenerator<Uint8Array> {
      yield (await pack(sample(100_000), compression)).subarray(0, 100);
      throw new Error('disk on fire');
    };
    await expect(collect(compress(failing(), { compression }), 64 * MIB)).rejects.toThrow('disk on fire');
    await expect(collect(decompress(failingEarly(), { compression, limit: MIB }), MIB)).rejects.toThrow('disk on fire');
  });

  test('ends its input when the reader stops early', async () => {
    let ended = false;
    const input = async function* (): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield sample(MIB);
      } finally {
        ended = true;
      }
    };
    let blocks = 0;
    for await (const _ of compress(input(), { compression })) if ((blocks += 1) === 3) break;
    expect(ended).toBe(true);
  });
});

test('zstd is one frame that names its size when that is known, and refuses a wrong one', async () => {
  const bytes = sample(3 * MIB);
  const packed = await pack(bytes, 'zstd', MIB, bytes.length);
  expect(zstdDecompressSync(packed).equals(bytes)).toBe(true);
  // Frame header descriptor: content size in 4 bytes, checksum.
  expect(packed.readUInt32LE(0)).toBe(0xfd2fb528);
  expect((packed[4] ?? 0) & 0b1100_0100).toBe(0b1000_0100);
  await expect(pack(bytes, 'zstd', MIB, bytes.length - 1)).rejects.toThrow('Src size is incorrect');
});

test('gzip names no time and no file', async () => {
  expect((await pack(sample(100), 'gzip')).subarray(0, 10).toString('hex')).toBe('1f8b0800000000000003');
});

test.each([
  ['gzip', '237a33fb94ab87d6a2f3b396b881559f1fb2e87e16453a51c1bea8a9bd4a8fe8'],
  ['zstd', '95f813e3e56543a0775575c04f561218e0e236d9a6305c6119760ecf4058b0ab'],
] as const)('the bytes of %s do not move', async (compression, sha256) => {
  const packed = await pack(sample(10 * MIB), compression);
  expect(createHash('sha256').update(packed).digest('hex')).toBe(sha256);
});
