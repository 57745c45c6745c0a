import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { goElf } from '../../../../test/support/go-elf.ts';
import { DistroError } from '../errors/distro-error.ts';
import { bytesRanges } from '../model/byte-ranges.ts';
import { tryReadGoBuildInfo, type GoBuildInfo } from './go-build-info.ts';

const SUM = `h1:${'A'.repeat(43)}=`;
const LINES = [
  'path\texample.com/agent/cmd/agent',
  `mod\texample.com/agent\tv1.2.3\t${SUM}`,
  `dep\texample.com/library\tv0.1.0\t${SUM}`,
  'build\tCGO_ENABLED=0',
];
const INFO: GoBuildInfo = {
  go: '1.26.8',
  path: 'example.com/agent/cmd/agent',
  main: { path: 'example.com/agent', version: 'v1.2.3', sum: SUM },
  dependencies: [{ path: 'example.com/library', version: 'v0.1.0', sum: SUM }],
  settings: [['CGO_ENABLED', '0']],
};

const read = (bytes: Uint8Array): Promise<GoBuildInfo | undefined> => tryReadGoBuildInfo(bytesRanges(bytes));

describe('the build information of a program', () => {
  test.each([
    { section: true, bigEndian: false },
    { section: true, bigEndian: true },
    { section: false, bigEndian: false },
    { section: false, bigEndian: true },
  ])('is found with section $section, big endian $bigEndian', async (options) => {
    expect(await read(goElf({ lines: LINES, ...options }))).toEqual(INFO);
  });

  test('is found far into a segment that has no section', async () => {
    expect(await read(goElf({ lines: LINES, section: false, before: 0x2_0000 - 16 }))).toEqual(INFO);
  });

  test('is read with a few small reads, however large the file is', async () => {
    const small = goElf({ lines: LINES });
    let bytes = 0;
    const info = await tryReadGoBuildInfo({
      size: 1 << 30,
      async readAt(offset, length) {
        bytes += length;
        return small.subarray(offset, offset + length);
      },
    });
    expect(info).toEqual(INFO);
    expect(bytes).toBeLessThan(4096);
  });

  test.each([
    ['an empty file', Buffer.alloc(0)],
    ['a script', Buffer.from('#!/bin/sh\n'.repeat(20))],
    ['an ELF file of 32 bits', withByte(goElf({ lines: LINES }), 4, 1)],
    ['an ELF file without', withText(goElf({ lines: LINES }), ' Go buildinf:', ' no buildinf:')],
  ])('is absent from %s', async (_, bytes) => {
    expect(await read(bytes)).toBeUndefined();
  });

  test.each([
    ['is that of a Go before 1.18', withByte(goElf({ lines: LINES }), 0x1000 + 15, 0), 'FORMAT_INVALID'],
    ['has no frame', withText(goElf({ lines: LINES }), 'CGO_ENABLED=0\n', 'CGO_ENABLED=00'), 'FORMAT_INVALID'],
    ['names no version of Go', goElf({ go: '', lines: LINES }), 'FORMAT_INVALID'],
    ['has a text that is too long', withByte(goElf({ lines: LINES }), 0x1000 + 32, 0xff), 'FORMAT_LIMIT'],
    ['ends early', goElf({ lines: LINES, section: false }).subarray(0, 0x1000 + 60), 'FORMAT_INVALID'],
    ['has headers outside of the file', withByte(goElf({ lines: LINES }), 46, 1), 'FORMAT_INVALID'],
    ['has more headers than any linker writes', withByte(goElf({ lines: LINES }), 61, 0xff), 'FORMAT_LIMIT'],
  ])('is refused when it %s', async (_, bytes, code) => {
    await expect(read(bytes)).rejects.toMatchObject({ code });
  });

  test('of a damaged file is read, absent or refused, and never anything else', async () => {
    const whole = goElf({ lines: LINES });
    const offset = fc.oneof(fc.nat(0x100), fc.integer({ min: 0x1000, max: whole.length - 1 }));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(offset, fc.nat(255)), { maxLength: 4 }), async (changes) => {
        const bytes = Buffer.from(whole);
        for (const [at, value] of changes) bytes[at] = value;
        const result = await read(bytes).catch((error: unknown) => error);
        expect(result instanceof Error && !(result instanceof DistroError)).toBe(false);
      }),
    );
  });
});

function withByte(bytes: Buffer, at: number, value: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = value;
  return copy;
}

function withText(bytes: Buffer, from: string, to: string): Buffer {
  const copy = Buffer.from(bytes);
  copy.write(to, copy.indexOf(from));
  return copy;
}
