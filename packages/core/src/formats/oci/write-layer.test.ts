import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesSource, collect, type ByteSource } from '../../model/bytes.ts';
import type { LayerEntry } from '../../model/layer-entry.ts';
import { compress } from '../compress.ts';
import { readTar } from '../tar-reader.ts';
import { LAYER_TYPES } from './media-types.ts';
import { readLayer } from './read-layer.ts';
import { layerSize, writeLayer } from './write-layer.ts';

const DATE = 1_795_219_200;
const LIMIT = 1 << 22;
const root = { uid: 0, gid: 0 };

const ENTRIES: readonly LayerEntry<ByteSource>[] = [
  { type: 'file', path: '/usr/bin/agent', mode: 0o755, ...root, content: bytesSource('#!/bin/sh\n') },
  { type: 'directory', path: '/var/lib/agent', mode: 0o700, uid: 65532, gid: 65533 },
  { type: 'symlink', path: '/bin', mode: 0o644, ...root, target: 'usr/bin' },
  { type: 'hardlink', path: '/usr/bin/agentctl', mode: 0o755, ...root, target: '/usr/bin/agent' },
];

const bytesOf = (entries: readonly LayerEntry<ByteSource>[], date = DATE): Promise<Uint8Array> =>
  collect(writeLayer(entries, date), LIMIT);

describe('writeLayer', () => {
  test('writes headers without names of owners, with one time', async () => {
    const members = [];
    for await (const { path, type, mode, uid, gid, uname, gname, mtime, linkName } of readTar(
      writeLayer(ENTRIES, DATE),
      {
        what: 'layer',
      },
    )) {
      members.push([path, type, mode.toString(8), uid, gid, uname + gname, mtime, linkName]);
    }
    expect(members).toEqual([
      ['bin', 'symlink', '777', 0, 0, '', DATE, 'usr/bin'],
      ['usr', 'directory', '755', 0, 0, '', DATE, ''],
      ['usr/bin', 'directory', '755', 0, 0, '', DATE, ''],
      ['usr/bin/agent', 'file', '755', 0, 0, '', DATE, ''],
      ['var', 'directory', '755', 0, 0, '', DATE, ''],
      ['var/lib', 'directory', '755', 0, 0, '', DATE, ''],
      ['var/lib/agent', 'directory', '700', 65532, 65533, '', DATE, ''],
      ['usr/bin/agentctl', 'hardlink', '755', 0, 0, '', DATE, 'usr/bin/agent'],
    ]);
  });

  test('writes the same bytes as ever', async () => {
    const bytes = await bytesOf(ENTRIES);
    expect(bytes).toHaveLength(layerSize(ENTRIES));
    // The acceptance tests list and unpack such an archive with GNU tar.
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(
      'fb309a3c0d9fa12fcb08a5c9bd635f0912b6d1627bc822fb0a2154f5bb64e226',
    );
  });

  test('does not depend on the order of entries', async () => {
    expect(await bytesOf(ENTRIES.toReversed())).toEqual(await bytesOf(ENTRIES));
  });

  test('refuses what cannot be written', async () => {
    const outside: LayerEntry<ByteSource> = { type: 'directory', path: '/../x', mode: 0o755, ...root };
    await expect(bytesOf([outside])).rejects.toThrow(expect.objectContaining({ code: 'PATH_INVALID' }));
  });

  test('refuses a file that changes its size while it is read', async () => {
    const grows = { size: 1, read: () => bytesSource('two').read() };
    const entry: LayerEntry<ByteSource> = { type: 'file', path: '/a', mode: 0o644, ...root, content: grows };
    await expect(bytesOf([entry])).rejects.toThrow(expect.objectContaining({ code: 'FORMAT_INVALID' }));
  });

  test('is read back as it was written, whatever it holds', async () => {
    const name = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
      .filter(
        (text) => !/[/\u0000-\u001f\u007f\uFFFD]/.test(text) && !/^\.{1,2}$|^\.wh\./.test(text) && text.isWellFormed(),
      )
      .filter((text) => Buffer.byteLength(text) <= 255);
    const path = fc.array(name, { minLength: 1, maxLength: 6 }).map((parts) => `/f/${parts.join('/')}/x`);
    const content = fc.uint8Array({ maxLength: 1500 });
    const files = fc.uniqueArray(fc.record({ path, content, mode: fc.nat(0o7777), uid: fc.nat(2 ** 32 - 2) }), {
      selector: (entry) => entry.path,
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(files, fc.constantFrom('gzip', 'zstd'), async (given, compression) => {
        const entries = given
          .filter(({ path: one }) => !given.some((other) => other.path !== one && other.path.startsWith(`${one}/`)))
          .map((entry): LayerEntry<ByteSource> => ({
            ...entry,
            type: 'file',
            gid: 0,
            content: bytesSource(entry.content),
          }));
        const archive = await bytesOf(entries);
        const found = new Map<string, string>();
        const diffId = await readLayer(compress(bytesSource(archive).read(), { compression }), {
          what: 'layer',
          mediaType: LAYER_TYPES[compression],
          onMember: async (member) => {
            if (member.type !== 'file') return;
            const bytes = Buffer.from(await collect(member.content, LIMIT)).toString('hex');
            found.set(`/${member.path}`, `${member.mode} ${member.uid} ${bytes}`);
          },
        });
        expect(diffId).toBe(`sha256:${createHash('sha256').update(archive).digest('hex')}`);
        const expected = given.filter((entry) => entries.some(({ path: one }) => one === entry.path));
        expect(found).toEqual(
          new Map(
            expected.map((one) => [one.path, `${one.mode} ${one.uid} ${Buffer.from(one.content).toString('hex')}`]),
          ),
        );
      }),
      { numRuns: 60 },
    );
  });
});
