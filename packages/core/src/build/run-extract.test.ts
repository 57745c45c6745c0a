import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TAR_END, tarHeader, tarPadding, type TarHeader } from '../formats/tar.ts';
import { writeDeb } from '../formats/deb/write.ts';
import { testSpec } from '../../../../test/support/package-spec.ts';
import { bytesSource, collect, memorySpool } from '../model/bytes.ts';
import { silent } from '../model/progress.ts';
import type { ExtractStep } from '../plan/document.ts';
import { openStore } from '../store/open-store.ts';
import type { BlobId, Store } from '../store/store.ts';
import { runExtract } from './run-extract.ts';

let dir: string;
let store: Store;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'distrokit-extract-'));
  store = await openStore(dir);
});
afterEach(() => rm(dir, { recursive: true, force: true }));

type Member = Pick<TarHeader, 'name' | 'type'> & { readonly text?: string; readonly linkName?: string };

function tar(members: readonly Member[]): Buffer {
  const base = { mode: 0o644, uid: 0, gid: 0, uname: 'root', gname: 'root', mtime: 0, linkName: '' };
  const parts = members.flatMap(({ text = '', ...member }) => [
    tarHeader({ ...base, ...member, size: text.length }),
    Buffer.from(text),
    Buffer.alloc(tarPadding(text.length)),
  ]);
  return Buffer.concat([...parts, TAR_END]);
}

async function extract(
  archive: Uint8Array | AsyncIterable<Uint8Array>,
  members: Readonly<Record<string, string>>,
  format: ExtractStep['format'] = 'tar',
): Promise<Record<string, string>> {
  const blob = await store.put(archive);
  const outputs = Object.keys(members);
  const ref = { step: 'url', output: 'file' };
  const step: ExtractStep = { kind: 'extract', id: 'extract a', path: 'h', outputs, archive: ref, format, members };
  const made = await runExtract(step, {
    store,
    appDir: dir,
    input: () => store.findBlob(blob),
    inputPath: () => store.pathOf(blob),
    tempDir: async () => dir,
    signal: new AbortController().signal,
    report: silent,
    cores: 1,
  });
  const texts = Object.entries(made).map(async ([name, id]) => [name, await textOf(id)] as const);
  return Object.fromEntries(await Promise.all(texts));
}

async function textOf(id: BlobId): Promise<string> {
  return Buffer.from(await collect((await store.findBlob(id)).read(), 1 << 20)).toString();
}

const archive = tar([
  { name: './', type: 'directory' },
  { name: './bin/', type: 'directory' },
  { name: './bin/a', type: 'file', text: 'one' },
  { name: './bin/b', type: 'symlink', linkName: 'c' },
  { name: './bin/c', type: 'symlink', linkName: '/bin/a' },
  { name: './bin/d', type: 'hardlink', linkName: './bin/a' },
  { name: './bin/x', type: 'symlink', linkName: 'y' },
  { name: './bin/y', type: 'symlink', linkName: 'x' },
]);

describe('runExtract', () => {
  test.each([
    ['plain', (bytes: Buffer) => bytes],
    ['gzip', (bytes: Buffer) => gzipSync(bytes)],
    ['zstd', (bytes: Buffer) => zstdCompressSync(bytes)],
  ])('takes files out of a %s tar', async (_, pack) => {
    expect(await extract(pack(archive), { first: 'bin/a' })).toEqual({ first: 'one' });
  });

  test('follows links', async () => {
    expect(await extract(archive, { b: 'bin/b', c: '/bin/c', d: './bin/d' })).toEqual({ b: 'one', c: 'one', d: 'one' });
  });

  test('refuses what is not there and links that go in circles', async () => {
    await expect(extract(archive, { a: 'bin/a', e: 'bin/e' })).rejects.toThrow('the archive has no file bin/e');
    await expect(extract(archive, { a: 'bin' })).rejects.toThrow('the archive has no file bin');
    await expect(extract(archive, { x: 'bin/x' })).rejects.toThrow('links go in circles');
    await expect(extract(archive.subarray(0, -700), { x: 'bin/z' })).rejects.toMatchObject({ code: 'FORMAT_INVALID' });
  });

  test.each(['gzip', 'zstd'] as const)('takes files out of a deb with %s members', async (compression) => {
    const files = testSpec().files.map((file) =>
      file.type === 'file' ? { ...file, content: bytesSource('one') } : file,
    );
    const deb = writeDeb(testSpec({ files }), { compression, spool: memorySpool });
    expect(await extract(deb, { agent: '/usr/bin/node-agent' }, 'deb')).toEqual({ agent: 'one' });
  });
});
