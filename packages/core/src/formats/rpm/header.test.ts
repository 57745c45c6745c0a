import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DistroError } from '../../errors/distro-error.ts';
import { bytesSource } from '../../model/bytes.ts';
import { ByteReader } from '../byte-reader.ts';
import { bytes, encodeHeader, i18n, int16, int32, int64, string, strings } from './header.ts';
import type { HeaderTags, TagValue } from './header.ts';
import { readHeader } from './header-reader.ts';
import type { ReadHeader } from './header-reader.ts';

const REGION = 63;

async function read(encoded: Uint8Array): Promise<ReadHeader> {
  const reader = new ByteReader(bytesSource(encoded).read(), 'rpm');
  return readHeader(reader, { region: REGION, what: 'header' });
}

const text = fc.string({ unit: 'grapheme' }).filter((value) => !value.includes('\0'));
const many = { minLength: 1, maxLength: 5 };
const value: fc.Arbitrary<TagValue> = fc.oneof(
  fc.array(fc.integer({ min: 0, max: 0xffff }), many).map(int16),
  fc.array(fc.integer({ min: 0, max: 0xffff_ffff }), many).map(int32),
  fc.array(fc.maxSafeNat(), many).map(int64),
  text.map(string),
  fc.array(text, many).map(strings),
  text.map(i18n),
  fc.uint8Array(many).map((array) => bytes(Buffer.from(array))),
);
const header: fc.Arbitrary<HeaderTags> = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 100, max: 6000 }), value), { selector: ([tag]) => tag, maxLength: 20 })
  .map((entries) => new Map(entries));

describe('encodeHeader', () => {
  test('writes index, aligned data and region', () => {
    const encoded = encodeHeader(
      new Map([
        [1001, int32(7)],
        [1000, string('a')],
      ]),
      REGION,
    );
    expect(
      Buffer.from(encoded)
        .toString('hex')
        .match(/.{1,32}/g),
    ).toEqual([
      '8eade801000000000000000300000018', // magic, 3 entries, 24 bytes of data
      '0000003f000000070000000800000010', // the region, its trailer at 8
      '000003e8000000060000000000000001', // 1000: string at 0
      '000003e9000000040000000400000001', // 1001: int32 at 4
      '61000000000000070000003f00000007', // "a", padding, 7, trailer …
      'ffffffd000000010', // … that points 48 bytes back
    ]);
  });

  test('refuses a NUL in a text', () => {
    expect(() => encodeHeader(new Map([[1000, string('a\0b')]]), REGION)).toThrow(
      expect.objectContaining({ code: 'TEXT_INVALID' }),
    );
  });
});

describe('readHeader', () => {
  test('reads what was written', async () => {
    await fc.assert(
      fc.asyncProperty(header, async (tags) => {
        const encoded = encodeHeader(tags, REGION);
        const found = await read(encoded);
        expect(found.tags).toEqual(new Map([...tags].sort(([a], [b]) => a - b)));
        expect(Buffer.from(found.bytes).equals(encoded)).toBe(true);
      }),
    );
  });

  test('takes one spelling only: what it reads is written back to the same bytes', async () => {
    const encoded = encodeHeader(
      new Map([
        [1000, string('a')],
        [1001, int32([7, 8])],
        [1002, strings(['b', ''])],
      ]),
      REGION,
    );
    const spellings: Buffer[] = [];
    const refusals: unknown[] = [];
    for (let offset = 0; offset < encoded.length; offset += 1) {
      for (const flip of [1, 2, 4, 0x80]) {
        const damaged = Buffer.from(encoded);
        damaged[offset] = (damaged[offset] ?? 0) ^ flip;
        const found = await read(damaged).catch((error: unknown) => {
          refusals.push(error);
        });
        if (found !== undefined) spellings.push(Buffer.from(encodeHeader(found.tags, REGION)), damaged);
      }
    }
    expect(refusals.every((error) => error instanceof DistroError && error.code === 'FORMAT_INVALID')).toBe(true);
    expect(spellings.length).toBeGreaterThan(0);
    expect(spellings.filter((_, i) => i % 2 === 0)).toEqual(spellings.filter((_, i) => i % 2 === 1));
  });

  test.each([
    ['wrong magic at byte 0', 3, 2],
    ['65539 entries are not allowed at byte 8', 9, 1],
    ['16777240 bytes of data are not allowed at byte 12', 12, 1],
    ['the first entry is not region 63 over the whole header at byte 16', 19, 62],
    ['type 12 is not known at byte 36', 39, 12],
    ['tag 1000 is not at its place at byte 40', 43, 1],
    ['a count of 2 is wrong at byte 44', 47, 2],
    ['tag 1 follows tag 1000 at byte 48', 50, 0],
    ['tag 1001 does not fit at byte 60', 62, 1],
    ['padding is not zero at byte 66', 66, 1],
    ['a text of tag 1000 is not UTF-8 at byte 64', 64, 0xff],
    ['the trailer of region 63 does not match at byte 72', 75, 0],
  ])('refuses: %s', async (message, offset, byte) => {
    const damaged = Buffer.from(
      encodeHeader(
        new Map([
          [1000, string('a')],
          [1001, int32(7)],
        ]),
        REGION,
      ),
    );
    damaged[offset] = byte;
    if (message.startsWith('tag 1 ')) damaged.writeUInt32BE(1, 48);
    const reader = new ByteReader(bytesSource(damaged).read(), 'rpm');
    const reading = readHeader(reader, { region: REGION, what: 'header', limit: 1 << 20 });
    await expect(reading).rejects.toMatchObject({ code: 'FORMAT_INVALID', message: `rpm: header: ${message}` });
  });

  test('refuses bytes that no entry names', async () => {
    const encoded = Buffer.from(encodeHeader(new Map([[1000, string('a')]]), REGION));
    // One byte more of data, which the region does not mind when it is moved along.
    const longer = Buffer.concat([encoded.subarray(0, 50), Buffer.alloc(1), encoded.subarray(50)]);
    longer.writeUInt32BE(encoded.readUInt32BE(12) + 1, 12);
    longer.writeUInt32BE(encoded.readUInt32BE(24) + 1, 24);
    await expect(read(longer)).rejects.toThrow('there are bytes that no entry names at byte 50');
  });
});
