import { describe, expect, test } from 'vitest';
import { testSpec } from '../../../../../test/support/package-spec.ts';
import { bytesSource, collect, memorySpool, type ByteSource } from '../../model/bytes.ts';
import type { LayerEntry } from '../../model/layer-entry.ts';
import type { PackageFile, PackageSpec } from '../../model/package-spec.ts';
import { writeDeb } from '../deb/write.ts';
import { layerProblems } from '../oci/layer-entries.ts';
import { debianLayer } from './debian-layer.ts';

const LIMIT = 1 << 20;
const root = { owner: 'root', group: 'root' };
const file = (path: string, text = path): PackageFile<ByteSource> => ({
  ...root,
  type: 'file',
  path,
  mode: 0o644,
  content: bytesSource(text),
});

async function deb(name: string, files: PackageSpec<ByteSource>['files']): Promise<ByteSource> {
  const spec = testSpec({ name, files });
  return bytesSource(await collect(writeDeb(spec, { compression: 'gzip', spool: memorySpool }), LIMIT));
}

async function layerOf(
  ...packages: readonly (readonly [string, PackageSpec<ByteSource>['files']])[]
): Promise<readonly LayerEntry<ByteSource>[]> {
  const found = await Promise.all(packages.map(async ([what, files]) => ({ what, source: await deb(what, files) })));
  return debianLayer(found, {
    keep: async (content) => bytesSource(await collect(content, LIMIT)),
    decompressors: {},
  });
}

async function textOf(entries: readonly LayerEntry<ByteSource>[], path: string): Promise<string> {
  const found = entries.find((entry) => entry.path === path);
  if (found?.type !== 'file') throw new Error(`no file ${path}`);
  return Buffer.from(await collect(found.content.read(), LIMIT)).toString();
}

describe('debianLayer', () => {
  test('merges /usr, and links to it what was moved', async () => {
    const entries = await layerOf([
      'libone',
      [
        file('/lib/x/libone.so.1'),
        { ...root, type: 'symlink', path: '/lib/x/libone.so', mode: 0o777, target: 'libone.so.1' },
        file('/usr/lib/two'),
        file('/sbin/three'),
      ],
    ]);
    expect(layerProblems(entries)).toEqual([]);
    const paths = entries.map(({ path }) => path);
    expect(paths).toEqual(
      expect.arrayContaining(['/usr/lib/x/libone.so.1', '/usr/lib/x/libone.so', '/usr/lib/two', '/usr/sbin/three']),
    );
    expect(
      entries
        .filter(({ path }) => /^\/[^/]+$/.test(path))
        .map((entry) => [entry.path, entry.type === 'symlink' && entry.target]),
    ).toEqual([
      ['/lib', 'usr/lib'],
      ['/sbin', 'usr/sbin'],
      ['/usr', false],
    ]);
  });

  test('tells dpkg and scanners what is installed, sorted', async () => {
    const entries = await layerOf(['libtwo', [file('/b')]], ['libone', [file('/a')]]);
    const status = await textOf(entries, '/var/lib/dpkg/status');
    const paragraphs = status.split('\n\n');
    expect(paragraphs.map((text) => text.split('\n').slice(0, 2))).toEqual([
      ['Package: libone', 'Status: install ok installed'],
      ['Package: libtwo', 'Status: install ok installed'],
    ]);
    expect(paragraphs[0]).toContain('\nVersion: 1.2.3-1\n');
  });

  test('leaves manuals and translations out, and keeps copyrights and what only sounds alike', async () => {
    const kept = ['/usr/share/manifest', '/usr/share/info-page', '/usr/bin/man'];
    const left = [
      '/usr/share/man/man1/a.1',
      '/usr/share/locale/de/a',
      '/usr/share/doc/agent/README',
      '/usr/share/doc/agent/b/c',
    ];
    const entries = await layerOf(['agent', [...kept, ...left].map((path) => file(path))]);
    const files = entries.filter(({ type }) => type === 'file').map(({ path }) => path);
    expect(files).toEqual([...kept, '/usr/share/doc/agent/copyright', '/var/lib/dpkg/status'].sort());
  });

  test('puts all certificates into the file that programs read', async () => {
    const directory = '/usr/share/ca-certificates/mozilla';
    const entries = await layerOf([
      'ca-certificates',
      [file(`${directory}/b.crt`, 'B'), file(`${directory}/a.crt`, 'A\n'), file(`${directory}/c.txt`)],
    ]);
    expect(await textOf(entries, '/etc/ssl/certs/ca-certificates.crt')).toBe('A\nB\n');
    const none = await layerOf(['agent', [file('/a')]]);
    expect(none.map(({ path }) => path)).not.toContain('/etc/ssl/certs/ca-certificates.crt');
  });

  test('refuses a file that two packages have, before and after the merge', async () => {
    await expect(layerOf(['one', [file('/a')]], ['two', [file('/a')]])).rejects.toThrow('/a is in two and in one');
    await expect(layerOf(['one', [file('/lib/a')]], ['two', [file('/usr/lib/a')]])).rejects.toThrow(
      expect.objectContaining({ code: 'FILE_COLLISION' }),
    );
  });

  test('lets packages share directories', async () => {
    const entries = await layerOf(['one', [file('/opt/a')]], ['two', [file('/opt/b')]]);
    expect(entries.filter(({ path }) => path === '/opt')).toHaveLength(1);
  });

  test('refuses what is no package', async () => {
    const nothing = debianLayer([{ what: 'x.deb', source: bytesSource('x') }], {
      keep: async () => bytesSource(''),
      decompressors: {},
    });
    await expect(nothing).rejects.toThrow(expect.objectContaining({ code: 'FORMAT_INVALID' }));
  });
});
