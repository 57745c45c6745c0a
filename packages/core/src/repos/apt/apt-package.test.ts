import { describe, expect, test } from 'vitest';
import { fullSpec, testSpec } from '../../../../../test/support/package-spec.ts';
import { writeAr } from '../../formats/ar.ts';
import { compress } from '../../formats/compress.ts';
import { writeDeb } from '../../formats/deb/write.ts';
import { bytesSource, collect, memorySpool } from '../../model/bytes.ts';
import { sha256Of } from '../../model/digest.ts';
import { describeDeb } from './apt-package.ts';

const LIMIT = 1 << 24;

function debOf(spec: Parameters<typeof writeDeb>[0]): Promise<Uint8Array> {
  return collect(writeDeb(spec, { compression: 'zstd', spool: memorySpool }), LIMIT);
}

describe('a description of a deb', () => {
  test('has its control file, its files and its digest, read or given', async () => {
    // given
    const deb = await debOf(fullSpec());

    // when
    const found = await describeDeb(bytesSource(deb));

    // then
    expect(found).toMatchObject({ name: 'node-agent', version: '1.3.0~rc.1-1', section: 'admin', size: deb.length });
    expect(found.sha256).toBe(sha256Of(deb));
    expect(found.control).toMatch(/^Package: node-agent\n[^]*\nDescription: [^]*[^\n]\n$/);
    expect(found.files).toContain('usr/bin/node-agent');
    expect(found.files).not.toContain('usr/bin');
    expect(await describeDeb(bytesSource(deb), { sha256: sha256Of(deb) })).toEqual(found);
    expect(JSON.parse(JSON.stringify(found))).toEqual(found);
  });

  test.each([
    ['a place of its own', /^Section:/m, 'Filename: pool/x\nSection:'],
    ['a digest of its own, in another case', /^Section:/m, 'sha256: 00\nSection:'],
    ['an architecture that is a path', 'Architecture: amd64', 'Architecture: ../../etc'],
    ['a section of two words', 'Section: admin', 'Section: admin net'],
    ['a field twice', /^Section:/m, 'Version: 2\nSection:'],
    ['bytes that are not UTF-8', 'Harbor', '\u{fffd}'],
  ])('is refused for %s', async (_, from, to) => {
    const deb = await withControl(await controlText(), from, to);
    await expect(describeDeb(bytesSource(deb))).rejects.toMatchObject({ code: 'FORMAT_INVALID' });
  });
});

async function controlText(): Promise<string> {
  return (await describeDeb(bytesSource(await debOf(testSpec())))).control;
}

/** A deb with an edited control file, and no files. U+FFFD in it becomes a byte that UTF-8 never has. */
async function withControl(control: string, from: string | RegExp, to: string): Promise<Uint8Array> {
  const edited = control.replace(from, to);
  expect(edited).not.toBe(control);
  const [head = '', tail] = edited.split('\u{fffd}');
  const bytes =
    tail === undefined ? Buffer.from(head) : Buffer.concat([Buffer.from(head), Buffer.from([0xff]), Buffer.from(tail)]);
  const members = [
    { name: 'debian-binary', size: 4, content: [Buffer.from('2.0\n')] },
    ...(await Promise.all([
      tarMember('control', tar('./control', bytes)),
      tarMember('data', tar('./usr/', Buffer.alloc(0))),
    ])),
  ];
  return collect(writeAr(members, 0), LIMIT);
}

async function tarMember(
  part: string,
  content: Uint8Array,
): Promise<{ readonly name: string; readonly size: number; readonly content: readonly Uint8Array[] }> {
  const zipped = await collect(compress(bytesSource(content).read(), { compression: 'gzip' }), LIMIT);
  return { name: `${part}.tar.gz`, size: zipped.length, content: [zipped] };
}

/** An archive of one entry, a directory when its name ends with a slash. */
function tar(name: string, content: Uint8Array): Uint8Array {
  const header = Buffer.alloc(512);
  const octal = (value: number, at: number, length: number): void => {
    header.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at);
  };
  header.write(name, 0);
  octal(0o755, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(content.length, 124, 12);
  octal(0, 136, 12);
  header.write(`        ${name.endsWith('/') ? '5' : '0'}`, 148);
  header.write('ustar  \0', 257);
  octal(
    header.reduce((sum, byte) => sum + byte, 0),
    148,
    8,
  );
  return Buffer.concat([header, content, Buffer.alloc(((512 - (content.length % 512)) % 512) + 1024)]);
}
