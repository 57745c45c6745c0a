import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runLayer } from '../../packages/core/src/build/run-layer.ts';
import type { LayerStep } from '../../packages/core/src/plan/document.ts';
import { openStore } from '../../packages/core/src/store/open-store.ts';
import { testContext } from '../support/run-context.ts';
import { requireTools } from '../support/tools.ts';

/** What iptables and the trusted certificates need on Debian, named one by one. */
const PACKAGES: readonly string[] = [
  'ca-certificates',
  'gcc-12-base',
  'iptables',
  'libc6',
  'libgcc-s1',
  'libip4tc2',
  'libip6tc2',
  'libmnl0',
  'libnetfilter-conntrack3',
  'libnfnetlink0',
  'libnftnl11',
  'libxtables12',
  'netbase',
];

describe.skipIf(requireTools('apt-get', 'dpkg', 'tar', 'zstd', 'xz') || process.getuid?.() !== 0)(
  'a layer of real Debian packages',
  () => {
    let work: string;
    let root: string;
    beforeAll(async () => {
      work = mkdtempSync(join(tmpdir(), 'distrokit-debian-layer-'));
      // apt downloads as a user of its own.
      chmodSync(work, 0o777);
      execFileSync('apt-get', ['--quiet', 'download', ...PACKAGES], { cwd: work, stdio: 'ignore' });
      const store = await openStore(join(work, 'store'));
      const files = readdirSync(work).filter((name) => name.endsWith('.deb'));
      const inputs = Object.fromEntries(
        await Promise.all(files.map(async (name) => [name, await store.putFile(join(work, name))] as const)),
      );
      const step: LayerStep = {
        kind: 'layer',
        id: 'layer debian',
        path: 'test',
        outputs: ['layer', 'about'],
        compression: 'zstd',
        packages: files.map((name) => ({ step: name, output: 'file' })),
        entries: [{ type: 'symlink', path: '/usr/sbin/iptables', mode: 0o777, uid: 0, gid: 0, target: 'iptables-nft' }],
        date: 1_795_219_200,
      };
      const { layer } = await runLayer(step, testContext({ store, inputs }));
      if (layer === undefined) throw new Error('there is no layer');
      root = join(work, 'root');
      execFileSync('mkdir', [root]);
      execFileSync('tar', ['--extract', '--file', await store.pathOf(layer), '--zstd', '--directory', root]);
    });
    afterAll(() => rmSync(work, { recursive: true, force: true }));

    const inside = (...command: readonly string[]): string =>
      execFileSync('chroot', [root, ...command], { encoding: 'utf8' });

    test('holds programs that run with its own libraries', () => {
      expect(inside('/usr/sbin/iptables', '--version')).toMatch(/^iptables v1\.8\.\d+ \(nf_tables\)\n$/);
      expect(inside('/sbin/iptables-legacy', '--version')).toMatch(/^iptables v1\.8\.\d+ \(legacy\)\n$/);
    });

    test('is known to dpkg', () => {
      const query = ['--admindir', join(root, 'var/lib/dpkg'), '--show', '--showformat', '${Package} ${Status}\n'];
      const listed = execFileSync('dpkg-query', query, { encoding: 'utf8' }).trimEnd().split('\n').sort();
      expect(listed).toEqual(PACKAGES.map((name) => `${name} install ok installed`));
    });

    test('has every certificate in the file that programs read', () => {
      const bundle = readFileSync(join(root, 'etc/ssl/certs/ca-certificates.crt'), 'utf8');
      const single = readdirSync(join(root, 'usr/share/ca-certificates/mozilla'));
      expect(bundle.match(/-----BEGIN CERTIFICATE-----/g)).toHaveLength(single.length);
      expect(single.length).toBeGreaterThan(100);
    });
  },
);
