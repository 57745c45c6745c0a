import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesSource, collect, memorySpool } from '../../model/bytes.ts';
import type { ByteSource } from '../../model/bytes.ts';
import type { PackageFile, PackageSpec } from '../../model/package-spec.ts';
import type { Compression } from '../../model/target.ts';
import { hexdump } from '../../../../../test/support/hexdump.ts';
import { fullRpmSpec } from '../../../../../test/support/rpm-spec.ts';
import { testSpec } from '../../../../../test/support/package-spec.ts';
import { fileTags, hasLargeFile, sortFiles } from './files.ts';
import { rpmFileName } from './rpm-file-name.ts';
import { readRpm } from './read-rpm.ts';
import { TAG } from './tags.ts';
import { writeRpm } from './write-rpm.ts';

const GOLDENS = '../../../../../test/goldens/rpm';
const root = { owner: 'root', group: 'root' } as const;

async function rpmOf(spec: PackageSpec<ByteSource>, compression: Compression = 'zstd'): Promise<Buffer> {
  return Buffer.from(await collect(writeRpm(spec, { compression, spool: memorySpool }), 1 << 26));
}

function withContent(content: ByteSource): PackageSpec<ByteSource> {
  return testSpec({ files: [{ type: 'file', path: '/usr/bin/a', mode: 0o755, ...root, content }] });
}

describe('writeRpm', () => {
  // `hexdump -C` of the package; `vitest -u` writes them again.
  test.each([
    ['node-agent-1.2.3-1.x86_64.rpm.hexdump', testSpec()],
    ['node-agent-1.3.0~rc.1-2.noarch.rpm.hexdump', fullRpmSpec()],
  ])('writes %s byte for byte', async (golden, spec) => {
    await expect(hexdump(await rpmOf(spec))).toMatchFileSnapshot(`${GOLDENS}/${golden}`);
  });

  test('is read back as it was declared', async () => {
    const info = await readRpm(bytesSource(await rpmOf(fullRpmSpec(), 'gzip')));
    expect(info).toMatchObject({
      name: 'node-agent',
      epoch: 2,
      version: '1.3.0~rc.1',
      release: '2',
      arch: 'all',
      compression: 'gzip',
      license: 'Apache-2.0',
      maintainer: 'Harbor <release@harbor.example>',
      buildHost: 'distrokit',
      signed: false,
      changelog: [
        { name: 'Harbor <release@harbor.example> - 1.3.0~rc.1-2', text: '- Second.\n- More.' },
        { name: 'Harbor <release@harbor.example> - 1.2.3-1', text: '- First release.' },
      ],
    });
    const shown = info.files.map(({ path, type, mode, owner, config, role, target, capabilities }) =>
      [mode.toString(8), owner, path, type, config, role, target, capabilities].filter(Boolean).join(' '),
    );
    expect(shown).toEqual([
      '644 root /etc/node-agent.conf file noreplace',
      '755 root /etc/node-agent.d directory',
      '644 root /etc/node-agent.d/10-ä.conf file replace',
      '777 root /usr/bin/agent symlink node-agent',
      '755 root /usr/bin/node-agent file cap_net_bind_service=ep',
      '644 root /usr/lib/systemd/system/node-agent.service file',
      '644 root /usr/lib/sysusers.d/node-agent.conf file',
      '644 root /usr/lib/tmpfiles.d/node-agent.conf file',
      '755 root /usr/share/doc/node-agent directory',
      '644 root /usr/share/doc/node-agent/README file doc',
      '755 root /usr/share/licenses/node-agent directory',
      '644 root /usr/share/licenses/node-agent/copyright file license',
      '2750 node-agent /var/lib/node-agent directory',
      '600 node-agent /var/lib/node-agent/state ghost',
    ]);
  });

  test('reads back whatever files it was given', async () => {
    const name = fc.stringMatching(/^[a-c%{}ä~ -]{1,6}$/).filter((text) => text.trim() !== '');
    const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => `/${parts.join('/')}`);
    const mode = fc.integer({ min: 0, max: 0o7777 });
    const entry: fc.Arbitrary<PackageFile<ByteSource>> = fc
      .oneof(
        fc.record({ type: fc.constant('directory' as const), path, mode }),
        fc.record({ type: fc.constant('ghost' as const), path, mode }),
        fc.record({ type: fc.constant('symlink' as const), path, mode, target: name.map((text) => text.trim()) }),
        fc.record({
          type: fc.constant('file' as const),
          path,
          mode,
          content: fc.string({ unit: 'binary' }).map(bytesSource),
        }),
      )
      .map((file) => ({ ...file, ...root }));
    const list = fc
      .uniqueArray(entry, { selector: (file) => file.path })
      .map((files) =>
        files.filter(({ path: below }) =>
          files.every(({ path: above, type }) => type === 'directory' || !below.startsWith(`${above}/`)),
        ),
      );
    await fc.assert(
      fc.asyncProperty(list, fc.constantFrom('gzip', 'zstd'), async (files, compression) => {
        const { files: found } = await readRpm(bytesSource(await rpmOf(testSpec({ files }), compression)));
        const declared = new Set(files.map((file) => file.path));
        const own = found.filter((file) => declared.has(file.path));
        const modeOf = ({ type, mode: bits }: PackageFile<unknown>): number => (type === 'symlink' ? 0o777 : bits);
        expect(own).toMatchObject(
          sortFiles(files).map((file) => ({ type: file.type, path: file.path, mode: modeOf(file) })),
        );
      }),
      { numRuns: 40 },
    );
  });

  test('reads each content once and believes the digest that comes with one', async () => {
    let reads = 0;
    const bytes = Buffer.from('content');
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const content = {
      size: bytes.length,
      async *read() {
        reads += 1;
        yield bytes.subarray(0, 3);
        yield bytes.subarray(3);
      },
    };
    const plain = await rpmOf(withContent(content));
    expect(reads).toBe(1);
    expect((await rpmOf(withContent({ ...content, sha256 } as ByteSource))).equals(plain)).toBe(true);
    const lied = await rpmOf(withContent({ ...content, sha256: '0'.repeat(64) } as ByteSource));
    await expect(readRpm(bytesSource(lied))).rejects.toThrow('/usr/bin/a has the sha256');
  });

  test('does not depend on the order of the files', async () => {
    const spec = fullRpmSpec();
    const other = await rpmOf({ ...spec, files: spec.files.toReversed() });
    expect(other.equals(await rpmOf(spec))).toBe(true);
  });

  test.each([1, 10])('refuses a file that has 4 bytes where %i were announced', async (size) => {
    await expect(rpmOf(withContent({ ...bytesSource('abcd'), size }))).rejects.toMatchObject({
      code: 'FORMAT_INVALID',
    });
  });

  test('refuses what rpm would not take, before anything is written', async () => {
    const written: unknown[] = [];
    const spec = testSpec({ version: '1 2', relations: { depends: ['a b'] } });
    const spool = async () => {
      written.push('spool');
      return memorySpool();
    };
    const write = collect(writeRpm(spec, { compression: 'zstd', spool }), 1 << 20);
    await expect(write).rejects.toMatchObject({
      problems: [{ code: 'VERSION_INVALID' }, { code: 'RELATION_INVALID' }],
    });
    expect(written).toEqual([]);
  });

  test('takes a summary of 64 KiB and refuses a NUL', async () => {
    const summary = 'x'.repeat(1 << 16);
    expect(await readRpm(bytesSource(await rpmOf(testSpec({ summary }))))).toMatchObject({ summary });
    await expect(rpmOf(testSpec({ summary: 'a\0b' }))).rejects.toMatchObject({ code: 'TEXT_INVALID' });
  });
});

describe('fileTags', () => {
  test('moves to 64-bit sizes for a file of 4 GiB', () => {
    const content = { ...bytesSource(''), size: 2 ** 32 };
    const files: readonly PackageFile<ByteSource>[] = [{ type: 'file', path: '/a', mode: 0o644, ...root, content }];
    expect(hasLargeFile(files)).toBe(true);
    const tags = fileTags(files, { mtime: 0, digests: new Map() });
    expect(tags.get(TAG.longFileSizes)).toEqual({ type: 'int64', values: [2 ** 32] });
    expect(tags.get(TAG.longSize)).toEqual({ type: 'int64', values: [2 ** 32] });
    expect([tags.has(TAG.fileSizes), tags.has(TAG.size)]).toEqual([false, false]);
  });

  test('sorts by bytes, not by UTF-16', () => {
    const paths = ['/a/z', '/\u{1f600}', '/\uff5e', '/a-b', '/a'];
    const files = paths.map((path) => ({ type: 'ghost' as const, path, mode: 0, ...root }));
    expect(sortFiles(files).map(({ path }) => path)).toEqual(['/a', '/a-b', '/a/z', '/\uff5e', '/\u{1f600}']);
  });
});

describe('rpmFileName', () => {
  test.each([
    [{ version: '1.36.3', arch: 'amd64' }, 'node-agent-1.36.3-1.x86_64.rpm'],
    [{ version: '1.37.0-rc.1', arch: 'arm64' }, 'node-agent-1.37.0~rc.1-1.aarch64.rpm'],
    [{ version: '1.0.0', arch: 'all', epoch: 3 }, 'node-agent-1.0.0-1.noarch.rpm'],
  ] as const)('names %j %s', (overrides, name) => {
    expect(rpmFileName(testSpec(overrides))).toBe(name);
  });
});
