import { describe, expect, test } from 'vitest';
import { bytesSource, collect } from '../model/bytes.ts';
import { readAr, writeAr } from './ar.ts';

const LIMIT = 1 << 20;

async function archive(...members: readonly (readonly [string, string])[]): Promise<Buffer> {
  const inputs = members.map(([name, text]) => ({ name, size: text.length, content: [Buffer.from(text)] }));
  return Buffer.from(await collect(writeAr(inputs, 1_795_219_200), LIMIT));
}

async function read(bytes: Uint8Array): Promise<readonly (readonly [string, string])[]> {
  const members: (readonly [string, string])[] = [];
  for await (const { name, content } of readAr(bytesSource(bytes).read(), 'test.ar')) {
    members.push([name, Buffer.from(await collect(content, LIMIT)).toString()]);
  }
  return members;
}

test('writes what ar writes', async () => {
  expect((await archive(['odd', 'abc'], ['even', 'ab'])).toString()).toBe(
    '!<arch>\n' +
      'odd             1795219200  0     0     100644  3         `\nabc\n' +
      'even            1795219200  0     0     100644  2         `\nab',
  );
});

test('reads what it writes, and members that nobody read are skipped', async () => {
  const bytes = await archive(['odd', 'abc'], ['empty', ''], ['last', 'x']);
  expect(await read(bytes)).toEqual([
    ['odd', 'abc'],
    ['empty', ''],
    ['last', 'x'],
  ]);
  const names: string[] = [];
  for await (const { name } of readAr(bytesSource(bytes).read(), 'test.ar')) names.push(name);
  expect(names).toEqual(['odd', 'empty', 'last']);
});

test.each(['', 'a b', 'a/b', 'sixteen-letters!', 'ä'])('refuses to write a member called %j', async (name) => {
  await expect(archive([name, ''])).rejects.toMatchObject({ code: 'FORMAT_LIMIT' });
});

test('refuses to write a size of eleven digits and content of another size', async () => {
  const write = (size: number): Promise<Uint8Array> =>
    collect(writeAr([{ name: 'a', size, content: [Buffer.from('abc')] }], 0), LIMIT);
  await expect(write(10_000_000_000)).rejects.toMatchObject({ code: 'FORMAT_LIMIT' });
  await expect(write(4)).rejects.toMatchObject({ code: 'FORMAT_INVALID' });
});

describe('refuses to read', () => {
  test('an archive that is cut anywhere', async () => {
    const bytes = await archive(['odd', 'abc']);
    for (let end = 0; end < bytes.length; end += 1) {
      if (end === 8) continue; // An empty archive.
      await expect(read(bytes.subarray(0, end)), `cut at ${end}`).rejects.toMatchObject({ code: 'FORMAT_INVALID' });
    }
  });

  test.each([
    ['another magic', 0, 'X'],
    ['a size that is no number', 8 + 48, '3x'],
    ['a negative size', 8 + 48, '-3'],
    ['a wrong end of the header', 8 + 58, '``'],
    ['a name with a slash', 8, 'a/b'],
    ['a time that is no number', 8 + 16, 'now'],
    ['wrong padding', 8 + 60 + 3, 'x'],
  ])('%s', async (_, offset, text) => {
    const bytes = await archive(['odd', 'abc']);
    bytes.write(text, offset);
    await expect(read(bytes)).rejects.toMatchObject({ code: 'FORMAT_INVALID' });
  });
});
