import { describe, expect, test } from 'vitest';
import { gunzipSync } from 'node:zlib';
import { ProblemsError } from '../errors/distro-error.ts';
import { bytesSource, collect } from '../model/bytes.ts';
import type { ByteSource } from '../model/bytes.ts';
import type { PackageFile, PackageSpec } from '../model/package-spec.ts';
import { layOut } from './layout.ts';
import { testSpec } from '../../../../test/support/package-spec.ts';

const root = { owner: 'root', group: 'root' } as const;

function file(path: string): PackageFile<ByteSource> {
  return { type: 'file', path, mode: 0o644, ...root, content: bytesSource('x') };
}

async function bytesOf(spec: PackageSpec<ByteSource>, path: string): Promise<Buffer> {
  const entry = layOut(spec, 'deb').find((each) => each.path === path);
  if (entry?.type !== 'file') throw new Error(`${path} is not a file of the package`);
  return Buffer.from(await collect(entry.content.read(), 1 << 20));
}

function problemsOfLayout(files: readonly PackageFile<ByteSource>[]): readonly string[] {
  try {
    layOut(testSpec({ files }), 'deb');
  } catch (error) {
    if (error instanceof ProblemsError) return error.problems.map(({ code, message }) => `${code}: ${message}`);
    throw error;
  }
  return [];
}

const declared = testSpec({
  units: [{ name: 'node-agent.service', text: '[Service]\n', enable: true, start: true }],
  sysusers: ['u node-agent - "Node agent"'],
  tmpfiles: ['d /run/node-agent 0750 node-agent node-agent -'],
  overrides: [{ tool: 'lintian', tag: 'statically-linked-binary', context: '[usr/bin/node-agent]', reason: 'Go is' }],
});

describe('layOut', () => {
  test('puts what is declared by meaning where a deb has it, sorted', () => {
    expect(layOut(declared, 'deb').map(({ path }) => path)).toEqual([
      '/usr/bin/node-agent',
      '/usr/lib/systemd/system/node-agent.service',
      '/usr/lib/sysusers.d/node-agent.conf',
      '/usr/lib/tmpfiles.d/node-agent.conf',
      '/usr/share/doc/node-agent/changelog.Debian.gz',
      '/usr/share/doc/node-agent/copyright',
      '/usr/share/lintian/overrides/node-agent',
    ]);
  });

  test('puts the licence where an rpm has it and leaves the changelog to the header', () => {
    const files = layOut(declared, 'rpm');
    expect(files.map(({ path }) => path)).toEqual([
      '/usr/bin/node-agent',
      '/usr/lib/systemd/system/node-agent.service',
      '/usr/lib/sysusers.d/node-agent.conf',
      '/usr/lib/tmpfiles.d/node-agent.conf',
      '/usr/share/licenses/node-agent/copyright',
    ]);
    expect(files.at(-1)).toMatchObject({ role: 'license', mode: 0o644 });
  });

  test('renders the texts', async () => {
    expect(String(await bytesOf(declared, '/usr/lib/sysusers.d/node-agent.conf'))).toBe(
      'u node-agent - "Node agent"\n',
    );
    expect(String(await bytesOf(declared, '/usr/share/lintian/overrides/node-agent'))).toBe(
      '# Go is\nnode-agent: statically-linked-binary [usr/bin/node-agent]\n',
    );
  });

  test('renders the changelog as Debian does, without a time or a name in its gzip header', async () => {
    const bytes = await bytesOf(testSpec(), '/usr/share/doc/node-agent/changelog.Debian.gz');
    expect(String(gunzipSync(bytes))).toBe(
      'node-agent (1.2.3-1) stable; urgency=medium\n\n  * First release.\n\n' +
        ' -- Harbor <release@harbor.example>  Sat, 21 Nov 2026 00:00:00 +0000\n',
    );
    expect(bytes.subarray(0, 10).toString('hex')).toBe('1f8b0800000000000203');
  });

  test('refuses a path that is there twice', () => {
    expect(problemsOfLayout([file('/etc/a'), file('/etc/a')])).toEqual([
      'FILE_COLLISION: /etc/a is in the package twice',
    ]);
    expect(problemsOfLayout([file('/usr/share/doc/node-agent/copyright')])).toHaveLength(1);
  });

  test.each([
    ['a file', file('/etc/a'), 'file'],
    ['a symlink', { type: 'symlink', path: '/etc/a', target: '/', mode: 0o777, ...root } as const, 'symlink'],
    ['a ghost', { type: 'ghost', path: '/etc/a', mode: 0o644, ...root } as const, 'ghost'],
  ])('refuses a path below %s', (_, above, kind) => {
    expect(problemsOfLayout([above, file('/etc/a/b/c')])).toEqual([
      `PATH_INVALID: path /etc/a/b/c lies below /etc/a, which is a ${kind}`,
    ]);
  });

  test.each([
    'etc/a',
    '/',
    '/etc/a/',
    '/etc//a',
    '/etc/../a',
    '/etc/./a',
    '/etc/a\nb',
    '/etc/\0',
    '/\ud800',
    `/${'a'.repeat(256)}`,
    '/aa'.repeat(1366),
  ])('refuses the path %j', (path) => {
    expect(problemsOfLayout([file(path)])).toEqual([expect.stringMatching(/^PATH_INVALID: /)]);
  });

  test('reports every problem at once', () => {
    expect(problemsOfLayout([file('etc/a'), file('/etc/b'), file('/etc/b')])).toHaveLength(2);
  });
});
