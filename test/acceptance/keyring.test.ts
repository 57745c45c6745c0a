import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bytesSource } from '../../packages/core/src/model/bytes.ts';
import { openPgpSigner } from '../../packages/core/src/supply-chain/signing/openpgp-signer.ts';
import { makeOpenPgpKey } from '../support/openpgp-keys.ts';
import { runCli, type CliResult } from '../support/run-cli.ts';
import { tinyDistro, type TinyDistro } from '../support/tiny-distro.ts';
import { requireTools } from '../support/tools.ts';

/** The release date of the tiny distribution. */
const DATE = new Date('2026-01-01T00:00:00Z');
const CREATED = new Date('2025-01-01T00:00:00Z');
const KEYRING = `new Keyring(tiny, 'keyring', {
  apt: { url: 'https://packages.tiny.example/apt' },
  yum: { url: 'https://packages.tiny.example/yum' },
});`;

interface Key {
  readonly privateKey: string;
  readonly publicKey: string;
}

/** A key that expires 60 days after the release, by gpg: rpm 4.18 does not import what the library says of expiry. */
function gpgKey(home: string): Key {
  mkdirSync(home, { mode: 0o700 });
  const env = { PATH: '/usr/bin:/bin', HOME: home, GNUPGHOME: home };
  const gpg = (...args: readonly string[]): string =>
    execFileSync('gpg', ['--batch', '--quiet', '--passphrase', '', '--pinentry-mode', 'loopback', ...args], {
      encoding: 'utf8',
      env,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  try {
    const time = ['--faked-system-time', '20250101T000000'];
    gpg(...time, '--quick-gen-key', 'Tiny <release@tiny.example>', 'rsa2048', 'sign', `${365 + 60}d`);
    return { privateKey: gpg('--armor', '--export-secret-keys'), publicKey: gpg('--armor', '--export') };
  } finally {
    execFileSync('gpgconf', ['--kill', 'all'], { env });
  }
}

describe.skipIf(requireTools('dpkg-deb', 'gpg', 'gpgv', 'lintian', 'rpm', 'rpmlint', 'cpio'))(
  'a keyring in rotation',
  () => {
    let tiny: TinyDistro;
    let work: string;
    let old: Key;
    let next: Key;
    const cli = (...args: readonly string[]): Promise<CliResult> => runCli(args, { cwd: tiny.dir, env: tiny.env });
    const put = (name: string, content: string | Uint8Array): string => {
      const file = join(work, name);
      writeFileSync(file, content);
      return file;
    };
    const packaged = (format: 'deb' | 'rpm'): string => {
      const dir = join(tiny.dir, 'dist/packages/all');
      const file = readdirSync(dir).find((name) => name.endsWith(`.${format}`) && name.includes('keyring'));
      return join(dir, file ?? 'missing');
    };
    const app = (margin: number): Promise<void> => {
      const signing = `  signing: {
    certificates: [
      { certificate: file('keys/2024.asc'), until: '2027-01-01' },
      { certificate: file('keys/2026.asc'), from: '2026-02-01' },
    ],
    margin: ${margin},
  },`;
      const replace = {
        'Package, config': 'Keyring, Package, config',
        "['debian12']": "['debian11', 'el9']",
        "  date: '2026": `${signing}\n  date: '2026`,
      };
      return tiny.writeApp({ body: KEYRING, replace });
    };

    beforeAll(async () => {
      tiny = await tinyDistro();
      work = mkdtempSync(join(tmpdir(), 'distrokit-keyring-'));
      old = gpgKey(join(work, 'gnupg'));
      next = await makeOpenPgpKey({ created: CREATED });
      mkdirSync(join(tiny.dir, 'keys'));
      writeFileSync(join(tiny.dir, 'keys/2024.asc'), old.publicKey);
      writeFileSync(join(tiny.dir, 'keys/2026.asc'), next.publicKey);
      await app(30);
      for (const command of ['lock', 'synth']) expect(await cli(command)).toMatchObject({ code: 0 });
    }, 120_000);
    afterAll(async () => {
      await tiny[Symbol.asyncDispose]();
      rmSync(work, { recursive: true, force: true });
    });

    test('makes apt trust the key that signs and the one that will', async () => {
      const root = join(work, 'deb');
      execFileSync('dpkg-deb', ['-x', packaged('deb'), root]);
      const ring = join(root, 'usr/share/keyrings/tiny-archive-keyring.gpg');
      const content = put('content', 'content');
      for (const { privateKey } of [old, next]) {
        const signer = await openPgpSigner({ privateKey, date: DATE });
        const signature = put('signature', await signer.sign(bytesSource('content')));
        expect(spawnSync('gpgv', ['--keyring', ring, signature, content])).toMatchObject({ status: 0 });
      }
      const sources = readFileSync(join(root, 'etc/apt/sources.list.d/tiny.sources'), 'utf8');
      expect(sources).toContain('Signed-By: /usr/share/keyrings/tiny-archive-keyring.gpg\n');
    });

    test('makes rpm trust both', () => {
      const root = join(work, 'rpm');
      mkdirSync(root);
      execFileSync('sh', ['-c', 'rpm2cpio "$1" | cpio -idm --quiet', 'sh', packaged('rpm')], { cwd: root });
      const database = ['--dbpath', join(work, 'database')];
      execFileSync('rpm', [...database, '--import', join(root, 'etc/pki/rpm-gpg/RPM-GPG-KEY-tiny')]);
      const keys = execFileSync('rpm', [...database, '-q', 'gpg-pubkey'], { encoding: 'utf8' });
      expect(keys.trim().split('\n')).toHaveLength(2);
      expect(readFileSync(join(root, 'etc/yum.repos.d/tiny.repo'), 'utf8')).toContain('repo_gpgcheck=1\n');
    });

    test('is a package that lintian and rpmlint have nothing against', () => {
      const lintian = spawnSync('lintian', ['--allow-root', '--fail-on', 'error,warning', packaged('deb')], {
        encoding: 'utf8',
      });
      expect(lintian.stdout).toBe('');
      expect(lintian.status).toBe(0);
      const rpmlint = spawnSync('rpmlint', [packaged('rpm')], { encoding: 'utf8' });
      const findings = rpmlint.stdout.split('\n').flatMap((line) => /noarch: (.*)/u.exec(line)?.[1] ?? []);
      // It is not signed here, and this rpmlint does not know the name of the licence.
      expect(findings).toEqual(['E: no-signature', 'W: no-documentation', 'W: invalid-license Apache-2.0']);
    });

    test('stands in the release', async () => {
      const armored = readFileSync(join(tiny.dir, 'dist/keys/tiny-archive-keyring.asc'), 'utf8');
      expect(armored.match(/^-----BEGIN PGP PUBLIC KEY BLOCK-----$/gmu)).toHaveLength(2);
      expect(await cli('verify')).toMatchObject({ code: 0 });
    });

    test('signs a release with the key of its day, which stays out of everything', async () => {
      const sign = (key: Key, output: string): Promise<CliResult> => {
        const env = { ...tiny.env, DISTROKIT_OPENPGP_KEY: 'env:HELD', HELD: key.privateKey };
        return runCli(['synth', '--json', '-o', output], { cwd: tiny.dir, env });
      };
      const refused = await sign(next, 'signed');
      expect(refused.code).toBe(1);
      expect(JSON.parse(refused.out)).toMatchObject({ problems: [{ code: 'KEY_REFUSED', path: 'tiny' }] });
      const done = await sign(old, 'signed');
      expect(done).toMatchObject({ code: 0 });
      const [sums, again] = ['signed', 'again'].map((name) => join(tiny.dir, name, 'SHA256SUMS'));
      const ring = put('ring.gpg', execFileSync('gpg', ['--dearmor'], { input: old.publicKey }));
      expect(spawnSync('gpgv', ['--keyring', ring, `${sums}.asc`, sums ?? ''])).toMatchObject({ status: 0 });
      expect(await sign(old, 'again')).toMatchObject({ code: 0 });
      expect(readFileSync(`${again}.asc`, 'utf8')).toBe(readFileSync(`${sums}.asc`, 'utf8'));

      // In the middle of it are the secret numbers.
      const middle = old.privateKey.split('\n')[14] ?? '';
      expect(old.publicKey).not.toContain(middle);
      expect(middle.length).toBeGreaterThan(40);
      expect(spawnSync('grep', ['-rlF', '-e', middle, tiny.dir]).status).toBe(1);
      expect(done.out + done.err + refused.out + refused.err).not.toContain(middle);
    });

    test('fails before the key expires, and says how to rotate', async () => {
      await app(61);
      const { code, out } = await cli('synth', '--json');
      expect(code).toBe(1);
      expect(JSON.parse(out)).toMatchObject({
        problems: [
          {
            code: 'KEY_EXPIRES',
            path: expect.stringMatching(/^tiny/u),
            message: expect.stringContaining('keys/2024.asc: the OpenPGP key'),
            hint: expect.stringContaining('add a new certificate'),
          },
        ],
      });
      await app(30);
      expect(await cli('synth')).toMatchObject({ code: 0 });
    });
  },
);
