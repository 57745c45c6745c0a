import { createHash } from 'node:crypto';
import { zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fullSpec, testSpec } from '../../../../../test/support/package-spec.ts';
import { bytesSource, collect, memorySpool } from '../../model/bytes.ts';
import type { ByteSource } from '../../model/bytes.ts';
import type { PackageFile, PackageSpec } from '../../model/package-spec.ts';
import type { Compression } from '../../model/target.ts';
import { readAr, writeAr } from '../ar.ts';
import { TAR_END, tarHeader, tarPadding } from '../tar.ts';
import { debChangelog } from './changelog.ts';
import { debControl, debFileName } from './control.ts';
import { debMembers } from './members.ts';
import { readDeb } from './read.ts';
import { debScripts } from './scripts.ts';
import { writeDeb } from './write.ts';

const LIMIT = 1 << 24;
const GOLDENS = '../../../../../test/goldens/deb';
const root = { owner: 'root', group: 'root' } as const;
const compressions: readonly Compression[] = ['gzip', 'zstd'];

async function pack(spec: PackageSpec<ByteSource>, compression: Compression = 'gzip'): Promise<Uint8Array> {
  return collect(writeDeb(spec, { compression, spool: memorySpool }), LIMIT);
}

/** The package with the bytes of one ar member replaced. */
async function withMember(bytes: Uint8Array, name: string, change: (content: Buffer) => Buffer): Promise<Uint8Array> {
  const members = [];
  for await (const member of readAr(bytesSource(bytes).read(), 'deb')) {
    const before = Buffer.from(await collect(member.content, LIMIT));
    const content = member.name === name ? change(before) : before;
    members.push({ name: member.name, size: content.length, content: [content] });
  }
  return collect(writeAr(members, 0), LIMIT);
}

type Files = Readonly<Record<string, string>>;

function tar(files: Files): Buffer {
  const members = Object.entries(files).map(([name, text]) => {
    const size = Buffer.byteLength(text);
    const header = tarHeader({
      name: `./${name}`,
      type: 'file',
      mode: 0o644,
      uid: 0,
      gid: 0,
      uname: 'root',
      gname: 'root',
      mtime: 0,
      size,
      linkName: '',
    });
    return Buffer.concat([header, Buffer.from(text), Buffer.alloc(tarPadding(size))]);
  });
  return Buffer.concat([...members, TAR_END]);
}

/** A package made by hand, uncompressed, as a hostile one may be. */
async function handmade(control: Files, data: Files = {}): Promise<ByteSource> {
  const member = (name: string, content: Buffer): { name: string; size: number; content: Buffer[] } => ({
    name,
    size: content.length,
    content: [content],
  });
  const members = [
    member('debian-binary', Buffer.from('2.0\n')),
    member('control.tar', tar(control)),
    member('data.tar', tar(data)),
  ];
  return bytesSource(await collect(writeAr(members, 0), LIMIT));
}

const CONTROL =
  'Package: node-agent\nVersion: 1.2.3-1\nArchitecture: amd64\nMaintainer: H <h@h.example>\nDescription: agent\n';
const MD5_OF_X = '9dd4e461268c8034f5c8564e155c67a6';

describe('writeDeb', () => {
  /** To make them anew: `vitest run --project unit packages/core/src/formats/deb -u`; look at every difference. */
  test('writes the package that is kept in test/goldens/deb', async () => {
    const sums: string[] = [];
    for (const compression of compressions) {
      const bytes = await pack(fullSpec(), compression);
      sums.push(`${createHash('sha256').update(bytes).digest('hex')}  ${compression} ${bytes.length}\n`);
    }
    const info = await readDeb(bytesSource(await pack(fullSpec())));
    const rows = info.files.map(({ path, type, mode, owner, group, size, target = '', sha256 = '-' }) =>
      [mode.toString(8).padStart(4, '0'), type, `${owner}:${group}`, size, sha256, path, target].join(' ').trimEnd(),
    );
    await expect(debControl(fullSpec(), 1)).toMatchFileSnapshot(`${GOLDENS}/control`);
    for (const [name, text] of debScripts(fullSpec())) await expect(text).toMatchFileSnapshot(`${GOLDENS}/${name}`);
    await expect(debChangelog(fullSpec())).toMatchFileSnapshot(`${GOLDENS}/changelog`);
    await expect(`${rows.join('\n')}\n`).toMatchFileSnapshot(`${GOLDENS}/files`);
    await expect(sums.join('')).toMatchFileSnapshot(`${GOLDENS}/sha256sums`);
  });

  test('reports all problems of a spec, before it reads anything', async () => {
    const spec = testSpec({ name: '-', version: 'x' });
    await expect(pack(spec)).rejects.toMatchObject({
      problems: [{ code: 'NAME_INVALID' }, { code: 'VERSION_INVALID' }],
    });
  });

  test.each([
    ['grew', 3],
    ['shrank', 5],
  ])('notices a file that %s while it was read', async (_, size) => {
    const content: ByteSource = { ...bytesSource('four'), size };
    const spec = testSpec({ files: [{ type: 'file', path: '/usr/bin/x', mode: 0o755, ...root, content }] });
    await expect(pack(spec, 'zstd')).rejects.toMatchObject({ code: 'FORMAT_INVALID' });
  });

  test('writes the same bytes whatever the order of the files and the chunks they come in', async () => {
    const files = [...fullSpec().files].reverse().map((file): PackageFile<ByteSource> => {
      if (file.type !== 'file') return file;
      const byteWise = async function* (): AsyncGenerator<Uint8Array> {
        for await (const chunk of file.content.read()) for (const byte of chunk) yield Uint8Array.of(byte);
      };
      return { ...file, content: { size: file.content.size, read: byteWise } };
    });
    expect(await pack(fullSpec({ files }))).toEqual(await pack(fullSpec()));
  });

  test('names the file as dpkg-deb does', () => {
    expect(debFileName(fullSpec({ epoch: 2 }))).toBe('node-agent_1.3.0~rc.1-1_amd64.deb');
    expect(debFileName(testSpec({ arch: 'ppc64le' }))).toBe('node-agent_1.2.3-1_ppc64el.deb');
    expect(debFileName(testSpec({ arch: 'all' }))).toBe('node-agent_1.2.3-1_all.deb');
  });
});

test('a file is not setuid before its owner exists', async () => {
  const owned = { type: 'file', mode: 0o6755, content: bytesSource('x') } as const;
  const spec = testSpec({
    sysusers: ['u node-agent -'],
    files: [
      { ...owned, path: '/usr/bin/a', owner: 'node-agent', group: 'node-agent' },
      { ...owned, path: '/usr/bin/b', owner: 'root', group: 'node-agent' },
      { ...owned, path: '/usr/bin/c', owner: 'root', group: 'root' },
    ],
  });
  const { files, scripts } = await readDeb(bytesSource(await pack(spec)));
  expect(
    files
      .filter(({ type }) => type === 'file')
      .slice(0, 3)
      .map(({ mode }) => mode),
  ).toEqual([0o755, 0o4755, 0o6755]);
  expect(scripts.get('postinst')).toContain('chmod 6755 "${DPKG_ROOT:-}"/usr/bin/a');
});

describe('debControl', () => {
  test('adds what the generated scripts call, unless the package says so itself', () => {
    const spec = fullSpec({ relations: { depends: ['systemd (>= 250)'] } });
    expect(debControl(spec, 1)).toContain('\nDepends: systemd (>= 250), libcap2-bin\n');
  });

  test('refuses a field of two lines', () => {
    expect(() => debControl(testSpec({ homepage: 'https://a\nEssential: yes' }), 1)).toThrow(
      'control field Homepage cannot hold',
    );
  });
});

describe('debScripts', () => {
  test('are left out when there is nothing to do', () => {
    expect([...debScripts(testSpec()).keys()]).toEqual([]);
  });

  test('do not enable or start what is not asked for', () => {
    const scripts = debScripts(testSpec({ units: [{ name: 'a.timer', text: '', enable: false, start: false }] }));
    expect(scripts.get('postinst')).toContain('debian-installed a.timer');
    expect(scripts.get('postinst')).not.toContain('deb-systemd-invoke');
  });
});

describe('readDeb', () => {
  test.each(compressions)('gives back what writeDeb wrote with %s', async (compression) => {
    const info = await readDeb(bytesSource(await pack(fullSpec(), compression)), { what: 'x.deb' });
    expect(info).toMatchObject({ compression, conffiles: ['/etc/default/node-agent'] });
    expect(info.control.get('Version')).toBe('1.3.0~rc.1-1');
    expect(info.scripts).toEqual(debScripts(fullSpec()));
    expect(info.files.find(({ path }) => path === '/usr/libexec/node-agent/ask')).toMatchObject({
      mode: 0o4750,
      owner: 'root',
      group: 'node-agent',
      sha256: createHash('sha256').update('#!/bin/sh\nid\n').digest('hex'),
    });
    expect(info.files.some(({ path }) => path.endsWith('/state'))).toBe(false);
  });

  test('gives back any files', async () => {
    const name = fc.stringMatching(/^[ !#-.0-~äß€]{1,30}$/).filter((text) => text !== '.' && text !== '..');
    const files = fc.uniqueArray(
      fc.record({ name, mode: fc.integer({ min: 0, max: 0o7777 }), bytes: fc.uint8Array({ maxLength: 2000 }) }),
      { selector: (file) => file.name, maxLength: 6 },
    );
    await fc.assert(
      fc.asyncProperty(files, fc.constantFrom(...compressions), async (list, compression) => {
        const made = list.map(({ name: base, mode, bytes }): PackageFile<ByteSource> => ({
          type: 'file',
          path: `/opt/${base}`,
          mode,
          ...root,
          content: bytesSource(bytes),
        }));
        const info = await readDeb(bytesSource(await pack(testSpec({ files: made }), compression)));
        for (const { name: base, mode, bytes } of list) {
          const sha256 = createHash('sha256').update(bytes).digest('hex');
          expect(info.files.find(({ path }) => path === `/opt/${base}`)).toMatchObject({
            mode,
            size: bytes.length,
            sha256,
          });
        }
      }),
      { numRuns: 60 },
    );
  });

  test('reads a hand-made package without compression', async () => {
    const source = await handmade({ control: CONTROL, md5sums: `${MD5_OF_X}  x\n` }, { x: 'x' });
    expect(await readDeb(source)).toMatchObject({ compression: 'none', files: [{ path: '/x', md5: MD5_OF_X }] });
  });

  test.each<readonly [string, Files, Files?]>([
    ['no control file', {}],
    ['a field twice', { control: `${CONTROL}package: b\n` }],
    ['a missing field', { control: CONTROL.replace(/Version.*\n/, '') }],
    ['an empty field', { control: CONTROL.replace('1.2.3-1', '') }],
    ['a second paragraph', { control: `${CONTROL}\nPackage: b\n` }],
    ['a version that is not one', { control: CONTROL.replace('1.2.3-1', 'v1') }],
    ['a name that is not one', { control: CONTROL.replace('node-agent', '../agent') }],
    ['a line that is not a field', { control: `${CONTROL}oops\n` }],
    ['a control file that is cut', { control: CONTROL.slice(0, -1) }],
    ['a conffile that is not there', { control: CONTROL, conffiles: '/etc/x\n' }],
    ['a conffile that is relative', { control: CONTROL, conffiles: 'etc/x\n' }],
    ['a conffile with a way out', { control: CONTROL, conffiles: '/etc/../x\n' }],
    ['a conffile twice', { control: CONTROL, conffiles: '/x\n/x\n' }, { x: 'x' }],
    ['a wrong sum', { control: CONTROL, md5sums: `${'0'.repeat(32)}  x\n` }, { x: 'x' }],
    ['a sum of what is not there', { control: CONTROL, md5sums: `${MD5_OF_X}  y\n` }],
    ['a file without a sum', { control: CONTROL, md5sums: `${MD5_OF_X}  x\n` }, { x: 'x', y: 'x' }],
    ['a sum that does not parse', { control: CONTROL, md5sums: 'x  x\n' }, { x: 'x' }],
    ['a control member in a directory', { control: CONTROL, 'a/b': '' }],
  ])('refuses %s', async (_, control, data) => {
    await expect(readDeb(await handmade(control as Files, data as Files | undefined))).rejects.toMatchObject({
      code: 'FORMAT_INVALID',
    });
  });

  test.each([
    ['control.tar.gz', 'renamed', 'data.tar.gz'],
    ['data.tar.gz', 'renamed', 'data.tar.lzma'],
    ['debian-binary', 'renamed', 'debian-bin'],
  ])('refuses %s %s to %s', async (from, _, to) => {
    const bytes = Buffer.from(await pack(testSpec()));
    bytes.write(to.padEnd(16), bytes.indexOf(from.padEnd(16)), 'latin1');
    await expect(readDeb(bytesSource(bytes))).rejects.toMatchObject({ code: 'FORMAT_INVALID' });
  });

  test('refuses a package of another format, and one that is none', async () => {
    const old = await withMember(await pack(testSpec()), 'debian-binary', () => Buffer.from('3.0\n'));
    await expect(readDeb(bytesSource(old))).rejects.toMatchObject({ code: 'FORMAT_INVALID' });
    await expect(readDeb(bytesSource('<html>'))).rejects.toMatchObject({ code: 'FORMAT_INVALID' });
  });

  test('refuses a package that is cut anywhere', async () => {
    const bytes = await pack(testSpec(), 'zstd');
    for (let end = 0; end < bytes.length; end += 37) {
      await expect(readDeb(bytesSource(bytes.subarray(0, end))), `cut at ${end}`).rejects.toMatchObject({
        code: 'FORMAT_INVALID',
      });
    }
  });

  test('refuses a bomb at its limit', async () => {
    const bomb = await withMember(await pack(testSpec(), 'zstd'), 'data.tar.zst', () =>
      zstdCompressSync(Buffer.alloc(LIMIT)),
    );
    await expect(readDeb(bytesSource(bomb), { limit: 1 << 20 })).rejects.toMatchObject({ code: 'FORMAT_LIMIT' });
  });

  test('reads xz through the decompressor that it is given, and else says so', async () => {
    const plain = await handmade({ control: CONTROL }, {});
    const bytes = Buffer.from(await collect(plain.read(), LIMIT));
    bytes.write('data.tar.xz     ', bytes.indexOf('data.tar '), 'latin1');
    await expect(readDeb(bytesSource(bytes))).rejects.toThrow('compressed with xz');
    const info = await readDeb(bytesSource(bytes), { decompressors: { xz: (input) => input } });
    expect(info.compression).toBe('xz');
  });
});

test('debMembers gives the content of data members', async () => {
  const found: string[] = [];
  for await (const { path, content } of debMembers(bytesSource(await pack(testSpec())))) {
    if (path === 'usr/bin/node-agent') found.push(Buffer.from(await collect(content, LIMIT)).toString());
  }
  expect(found).toEqual(['#!/bin/sh\nexit 0\n']);
});
