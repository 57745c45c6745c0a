import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesSource, collect } from '../model/bytes.ts';
import { readTar } from './tar-reader.ts';
import type { ReadTarOptions } from './tar-reader.ts';
import { TAR_END, tarHeader, tarPadding } from './tar.ts';
import type { TarHeader } from './tar.ts';

const LIMIT = 1 << 20;
const FILE: TarHeader = {
  name: './a',
  type: 'file',
  mode: 0o644,
  uid: 0,
  gid: 0,
  uname: 'root',
  gname: 'root',
  mtime: 1_795_219_200,
  size: 0,
  linkName: '',
};

type Input = Partial<TarHeader> & { readonly text?: string };

function member({ text = '', ...header }: Input): Buffer {
  const content = Buffer.from(text);
  const full = { ...FILE, size: content.length, ...header };
  return Buffer.concat([tarHeader(full), content, Buffer.alloc(tarPadding(content.length))]);
}

function archive(...members: readonly Input[]): Buffer {
  return Buffer.concat([...members.map(member), TAR_END]);
}

async function read(
  bytes: Uint8Array,
  options: Partial<ReadTarOptions> = {},
): Promise<(TarHeader & { path: string; text: string })[]> {
  const found = [];
  for await (const { content, ...rest } of readTar(bytesSource(bytes).read(), { what: 'test.tar', ...options })) {
    found.push({ ...rest, text: Buffer.from(await collect(content, LIMIT)).toString() });
  }
  return found;
}

/** A header block whose bytes were changed, with its checksum made right again. */
function patched(bytes: Buffer, offset: number, text: string): Buffer {
  const copy = Buffer.from(bytes);
  copy.write(text, offset, 'latin1');
  copy.write('        ', 148);
  const sum = copy.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  copy.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return copy;
}

function pax(...records: readonly string[]): Buffer {
  const text = records
    .map((record) => {
      const length = record.length + 2;
      const digits = String(length + String(length).length).length;
      return `${length + digits} ${record}\n`;
    })
    .join('');
  return patched(member({ name: 'pax', text }), 156, 'x');
}

describe('tarHeader', () => {
  test('is one block as GNU tar writes it', () => {
    const header = tarHeader({ ...FILE, name: './usr/bin/kubelet', mode: 0o4755, size: 1234 });
    expect(header).toHaveLength(512);
    expect(Buffer.from(header).toString('latin1').replaceAll('\0', '·').replace(/·{9,}/g, '…')).toBe(
      './usr/bin/kubelet…0004755·0000000·0000000·00000002322·15300157400·012651· 0…ustar  ·root…root…',
    );
  });

  test.each([99, 100, 101, 255, 4095])('keeps a name of %i bytes', async (length) => {
    const name = `${`./${'d/'.repeat(length / 2)}`.slice(0, length - 1)}e`;
    expect(name).toHaveLength(length);
    const [found] = await read(archive({ name, text: 'x' }));
    expect(found).toMatchObject({ name, text: 'x' });
  });

  test('keeps a character that lies across the 100th byte', async () => {
    const name = `./${'a'.repeat(97)}äöü`;
    const target = `${'b'.repeat(99)}€`;
    expect(await read(archive({ name, type: 'symlink', linkName: target }))).toMatchObject([
      { name, linkName: target },
    ]);
  });

  test('never writes a PAX header', () => {
    const flags = (bytes: Uint8Array): string => String.fromCharCode(bytes[156] ?? 0);
    expect(flags(tarHeader({ ...FILE, name: `./${'ä'.repeat(300)}` }))).toBe('L');
    expect(flags(tarHeader({ ...FILE, type: 'symlink', linkName: 'x'.repeat(101) }))).toBe('K');
  });

  test.each([-1, -(2 ** 33), 2 ** 33 - 1, 2 ** 33, 2 ** 40])('keeps the time %d', async (mtime) => {
    expect(await read(archive({ mtime }))).toMatchObject([{ mtime }]);
  });

  test.each([8 * 2 ** 30 - 1, 8 * 2 ** 30, 2 ** 43])('keeps the size %d', async (size) => {
    const iterator = readTar(bytesSource(tarHeader({ ...FILE, size })).read(), { what: 'test.tar' });
    const { value } = await iterator.next();
    expect(value).toMatchObject({ size });
  });

  test('keeps numbers of users that do not fit in octal', async () => {
    expect(await read(archive({ uid: 2_097_152, gid: 4_294_967_294 }))).toMatchObject([
      { uid: 2_097_152, gid: 4_294_967_294 },
    ]);
  });

  test('refuses a user name that does not fit', () => {
    expect(() => tarHeader({ ...FILE, uname: 'u'.repeat(32) })).toThrow('longer than 31 bytes');
  });
});

describe('readTar', () => {
  test('gives back any file that tarHeader can write', async () => {
    const part = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }).filter((text) => isPart(text));
    const header = fc.record({
      parts: fc.array(part, { minLength: 1, maxLength: 8 }),
      mode: fc.integer({ min: 0, max: 0o7777 }),
      uid: fc.integer({ min: 0, max: 2 ** 32 }),
      mtime: fc.integer({ min: -(2 ** 40), max: 2 ** 40 }),
      text: fc.string({ maxLength: 1500 }),
    });
    await fc.assert(
      fc.asyncProperty(header, async ({ parts, text, ...rest }) => {
        const name = parts.join('/');
        expect(await read(archive({ ...rest, name: `./${name}`, text }))).toMatchObject([
          { ...rest, path: name, text: Buffer.from(text).toString() },
        ]);
      }),
      { numRuns: 200 },
    );
  });

  test('reads ustar with a prefix, and PAX', async () => {
    const ustar = patched(patched(member({ name: 'name' }), 257, 'ustar\u000000'), 345, 'some/prefix');
    const long = `${'long/'.repeat(60)}ä`;
    const bytes = Buffer.concat([
      ustar,
      pax(`path=${Buffer.from(long).toString('latin1')}`.replace('Ã¤', 'x'), 'mtime=12.75', 'uid=7'),
      member({ text: 'y' }),
      TAR_END,
    ]);
    expect(await read(bytes)).toMatchObject([
      { path: 'some/prefix/name' },
      { path: `${'long/'.repeat(60)}x`, mtime: 12, uid: 7, text: 'y' },
    ]);
  });

  test('takes the padding that tar programs write at the end, and nothing else', async () => {
    expect(await read(Buffer.concat([archive({}), Buffer.alloc(9000)]))).toHaveLength(1);
    const dirty = Buffer.concat([archive({}), Buffer.alloc(9000), Buffer.from('x')]);
    await expect(read(dirty)).rejects.toMatchObject({ code: 'FORMAT_INVALID' });
  });

  test('members that nobody read are skipped', async () => {
    const paths: string[] = [];
    const bytes = archive({ text: 'x'.repeat(5000) }, { name: 'b', text: 'y' });
    for await (const { path, content } of readTar(bytesSource(bytes).read(), { what: 'test.tar' })) {
      paths.push(path);
      for await (const _ of content) break;
    }
    expect(paths).toEqual(['a', 'b']);
  });

  test.each<readonly [string, readonly Input[]]>([
    ['an absolute name', [{ name: '/etc/passwd' }]],
    ['a way out', [{ name: '../x' }]],
    ['a way out further down', [{ name: './a/../../x' }]],
    ['a name that is not normal', [{ name: './a//b' }]],
    ['a file with a slash behind', [{ name: './a/' }]],
    ['the same file twice', [{}, {}]],
    ['a file and a directory of one name', [{}, { name: './a/', type: 'directory' }]],
    ['a write through a symlink', [{ type: 'symlink', linkName: 'b' }, { name: './a/b' }]],
    ['a file below a file', [{}, { name: './a/b' }]],
    ['an absolute symlink', [{ type: 'symlink', linkName: '/etc/passwd' }]],
    ['a symlink out', [{ name: './d/a', type: 'symlink', linkName: '../../x' }]],
    ['a symlink out and in again', [{ type: 'symlink', linkName: '../x/a' }]],
    ['a symlink to nowhere', [{ type: 'symlink' }]],
    ['a hard link out', [{ type: 'hardlink', linkName: '../../etc/shadow' }]],
    ['a hard link to what is not there', [{ type: 'hardlink', linkName: './b' }]],
    [
      'a hard link to a symlink',
      [
        { type: 'symlink', linkName: 'b' },
        { name: 'c', type: 'hardlink', linkName: './a' },
      ],
    ],
  ])('refuses %s', async (_, members) => {
    await expect(read(archive(...members))).rejects.toMatchObject({ code: 'FORMAT_INVALID' });
  });

  test('lets a symlink be absolute where that means the root, but never leave it', async () => {
    const absolute = archive({ type: 'symlink', linkName: '/etc/alternatives/a' });
    expect(await read(absolute, { absoluteSymlinks: true })).toHaveLength(1);
    const out = archive({ type: 'symlink', linkName: '/../etc' });
    await expect(read(out, { absoluteSymlinks: true })).rejects.toMatchObject({ code: 'FORMAT_INVALID' });
  });

  test.each<readonly [string, () => Buffer]>([
    ['a device', () => patched(member({}), 156, '3')],
    ['an unknown type', () => patched(member({}), 156, 'S')],
    ['a size that is not octal', () => patched(member({}), 124, '0000000008x')],
    ['a negative size', () => patched(member({}), 124, '\u00ff'.repeat(12))],
    ['a size beyond everything', () => patched(member({}), 124, `\u0080${'\u00ff'.repeat(11)}`)],
    ['a directory with content', () => patched(member({ name: 'd/', type: 'directory' }), 124, '00000000007')],
    ['another magic', () => patched(member({}), 257, 'tarus')],
    ['a name that is not UTF-8', () => patched(member({}), 0, 'a\u00ff')],
    ['a long name that lies about its size', () => patched(member({ name: 'L', text: 'x'.repeat(6000) }), 156, 'L')],
    ['a long name without its member', () => patched(member({ name: 'L', text: 'x' }), 156, 'L')],
    [
      'a PAX record with a wrong length',
      () => Buffer.concat([patched(member({ text: '99 path=x\n' }), 156, 'x'), member({})]),
    ],
    ['a PAX size that is not a number', () => Buffer.concat([pax('size=-1'), member({})])],
    ['a sparse file', () => Buffer.concat([pax('GNU.sparse.major=1'), member({})])],
    ['a PAX way out', () => Buffer.concat([pax('path=../x'), member({})])],
  ])('refuses %s', async (_, bytes) => {
    await expect(read(Buffer.concat([bytes(), TAR_END]))).rejects.toMatchObject({ code: 'FORMAT_INVALID' });
  });

  test('refuses an archive that is cut anywhere', async () => {
    const bytes = archive({ name: `./${'n'.repeat(120)}`, text: 'hello' });
    for (let end = 0; end < bytes.length; end += 64) {
      await expect(read(bytes.subarray(0, end)), `cut at ${end}`).rejects.toMatchObject({ code: 'FORMAT_INVALID' });
    }
  });

  test('notices every flipped bit of a header', async () => {
    const bytes = archive({ text: 'hello' });
    for (let offset = 0; offset < 512; offset += 1) {
      const damaged = Buffer.from(bytes);
      damaged[offset] = (damaged[offset] ?? 0) ^ 1;
      await expect(read(damaged), `byte ${offset}`).rejects.toMatchObject({ code: 'FORMAT_INVALID' });
    }
  });

  test('stops at its limit of members', async () => {
    await expect(read(archive({}, { name: 'b' }), { maxMembers: 1 })).rejects.toMatchObject({ code: 'FORMAT_LIMIT' });
  });
});

function isPart(text: string): boolean {
  return text !== '.' && text !== '..' && !/[/\0\uFFFD]/.test(text) && text.isWellFormed();
}
