import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesSource, collect } from '../model/bytes.ts';
import type { ByteSource } from '../model/bytes.ts';
import { cpioSize, readCpio, writeCpio } from './cpio.ts';
import type { CpioEntry, CpioOptions, ReadCpioOptions } from './cpio.ts';

function entry(name: string, content: string, inode: number = 1): CpioEntry {
  return {
    name,
    index: inode - 1,
    inode,
    mode: 0o100644,
    links: 1,
    mtime: 1_795_219_200,
    content: bytesSource(content),
  };
}

async function archiveOf(entries: readonly CpioEntry[], options?: CpioOptions): Promise<Buffer> {
  return Buffer.from(await collect(writeCpio(entries, options), 1 << 24));
}

async function listOf(archive: Uint8Array, options?: ReadCpioOptions): Promise<unknown[]> {
  const list: unknown[] = [];
  for await (const { header, size, content } of readCpio(bytesSource(archive).read(), options)) {
    list.push({ ...header, size, content: String(Buffer.from(await collect(content, 1 << 24))) });
  }
  return list;
}

describe('writeCpio', () => {
  test('writes the bytes of the format', async () => {
    const archive = await archiveOf([entry('./a', 'hello', 7)]);
    const zeros = '0'.repeat(8);
    const header = ['070701', '00000007', '000081a4', zeros, zeros, '00000001', '6b00df00', '00000005'];
    const content = [zeros, zeros, zeros, zeros, '00000004', zeros, './a\0', '\0\0', 'hello', '\0\0\0'];
    const trailer = ['070701', zeros, zeros, zeros, zeros, '00000001', zeros, zeros, zeros, zeros, zeros, zeros];
    const end = ['0000000b', zeros, 'TRAILER!!!\0', '\0\0\0'];
    const expected = [...header, ...content, ...trailer, ...end];
    expect(archive.toString('latin1')).toBe(expected.join(''));
  });

  test('writes stripped headers for packages with large files', async () => {
    const archive = await archiveOf([entry('./a', 'hello'), entry('./b', '', 9)], { stripped: true });
    expect(archive.toString('latin1').slice(0, 40)).toBe('07070X00000000\0\0hello\0\0\x0007070X00000008\0\0');
  });

  test('knows the size ahead', async () => {
    const names = fc.stringMatching(/^[a-zä]{1,20}$/);
    const entries = fc.array(fc.tuple(names, fc.string({ maxLength: 9 })).map(([name, text]) => entry(name, text)));
    await fc.assert(
      fc.asyncProperty(entries, fc.boolean(), async (list, stripped) => {
        expect((await archiveOf(list, { stripped })).length).toBe(cpioSize(list, { stripped }));
      }),
      { numRuns: 50 },
    );
  });

  test.each([
    ['grew', 4],
    ['shrank to 5 bytes', 6],
  ])('refuses content that %s', async (change, size) => {
    const content: ByteSource = { ...bytesSource('hello'), size };
    await expect(archiveOf([{ ...entry('./a', ''), content }])).rejects.toMatchObject({
      code: 'FORMAT_INVALID',
      message: `./a has ${size} bytes and ${change} while it was read`,
    });
  });
});

test('writeCpio refuses a name that rpm would not read', async () => {
  await expect(archiveOf([entry('a'.repeat(4095), '')])).resolves.toBeDefined();
  await expect(archiveOf([entry('a'.repeat(4096), '')])).rejects.toMatchObject({ code: 'FORMAT_LIMIT' });
});

describe('readCpio', () => {
  test('reads what was written', async () => {
    const files = fc.array(fc.tuple(fc.stringMatching(/^\.\/[a-zä ]{1,20}$/), fc.string({ unit: 'binary' })));
    await fc.assert(
      fc.asyncProperty(files, async (list) => {
        const archive = await archiveOf(list.map(([name, content]) => entry(name, content)));
        const expected = list.map(([name, content]) => ({ name, content: String(Buffer.from(content)) }));
        expect(await listOf(archive)).toMatchObject(expected);
      }),
      { numRuns: 50 },
    );
  });

  test('reads stripped headers when it is told the sizes', async () => {
    const archive = await archiveOf([entry('./a', 'hello')], { stripped: true });
    expect(await listOf(archive, { sizeOf: () => 5 })).toEqual([{ index: 0, size: 5, content: 'hello' }]);
    await expect(listOf(archive, { sizeOf: () => undefined })).rejects.toThrow('file index 0 is not in the package');
    await expect(listOf(archive)).rejects.toThrow('magic "07070X" is not 070701 at byte 0');
  });

  test('skips content that nobody reads', async () => {
    const names: unknown[] = [];
    for await (const { header } of readCpio(writeCpio([entry('./a', 'hello'), entry('./b', 'x')]))) names.push(header);
    expect(names).toMatchObject([{ name: './a' }, { name: './b' }]);
  });

  test.each([
    ['a wrong magic', 0, 'magic'],
    ['an upper-case digit', 10, 'not hexadecimal'],
    ['an owner', 6 + 16, 'owner, device or checksum field is not 0'],
    ['a name without NUL', 110 + 3, 'only NUL'],
    ['padding that is not zero', 110 + 4, 'padding is not zero at byte 114'],
  ])('refuses %s', async (_, offset, message) => {
    const archive = await archiveOf([entry('./a', 'hello')]);
    archive.write(offset === 22 ? '1' : 'A', offset);
    await expect(listOf(archive)).rejects.toThrow(message);
  });

  test('refuses a truncated archive at every length, and bytes after the trailer', async () => {
    const archive = await archiveOf([entry('./a', 'hello')]);
    for (let length = 0; length < archive.length; length += 1) {
      await expect(listOf(archive.subarray(0, length))).rejects.toMatchObject({ code: 'FORMAT_INVALID' });
    }
    await expect(listOf(Buffer.concat([archive, Buffer.alloc(4)]))).rejects.toThrow('bytes after the trailer');
  });
});
