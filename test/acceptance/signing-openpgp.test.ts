import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readRpm } from '../../packages/core/src/formats/rpm/read-rpm.ts';
import { signRpm } from '../../packages/core/src/formats/rpm/sign-rpm.ts';
import { writeRpm } from '../../packages/core/src/formats/rpm/write-rpm.ts';
import { bytesSource, collect, memorySpool } from '../../packages/core/src/model/bytes.ts';
import type { OpenPgpSigner } from '../../packages/core/src/model/signer.ts';
import { commandSigner } from '../../packages/core/src/supply-chain/signing/command-signer.ts';
import { openPgpSigner } from '../../packages/core/src/supply-chain/signing/openpgp-signer.ts';
import { verifyDetached } from '../../packages/core/src/supply-chain/signing/verify-openpgp.ts';
import { makeOpenPgpKey, type TestKeyOptions } from '../support/openpgp-keys.ts';
import { testSpec } from '../support/package-spec.ts';
import { requireTools } from '../support/tools.ts';

const DATE = new Date('2026-11-21T00:00:00Z');
const RELEASE = 'Origin: Harbor\n-dash\n- dash\nSuite: stable\nSHA256:\n 00 1 main\n';

const KINDS: readonly (readonly [string, TestKeyOptions])[] = [
  ['RSA', { type: 'rsa', rsaBits: 3072 }],
  ['Ed25519', {}],
  ['a signing subkey', { type: 'rsa', subkeys: [{ sign: true }] }],
];

let work: string;
beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'distrokit-openpgp-'));
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

interface Run {
  readonly ok: boolean;
  readonly output: string;
}

function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Run {
  const { status, stdout, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8', TZ: 'UTC', HOME: work, ...env },
  });
  return { ok: status === 0, output: stdout + stderr };
}

function put(name: string, content: string | Uint8Array): string {
  const file = join(work, name);
  writeFileSync(file, content);
  return file;
}

async function signerOf(options: TestKeyOptions): Promise<OpenPgpSigner> {
  return openPgpSigner({ privateKey: (await makeOpenPgpKey(options)).privateKey, date: DATE });
}

describe.skipIf(requireTools('gpg', 'gpgv', 'sqv')).each(KINDS)('signatures of %s', (_, options) => {
  let keyring: string;
  let signer: OpenPgpSigner;
  beforeAll(async () => {
    signer = await signerOf(options);
    const armored = put('key.asc', signer.certificate);
    keyring = join(work, 'key.gpg');
    expect(run('gpg', ['--batch', '--yes', '--dearmor', '--output', keyring, armored])).toMatchObject({ ok: true });
  });

  test('are accepted by gpgv and sqv, and refused over other bytes', async () => {
    const content = put('repomd.xml', '<repomd/>\n');
    const signatures = [
      put('repomd.xml.asc', await signer.signArmored(bytesSource(readFileSync(content)))),
      put('repomd.xml.sig', await signer.sign(bytesSource(readFileSync(content)))),
    ];
    const other = put('other.xml', '<repomd/>');
    for (const signature of signatures) {
      expect(run('gpgv', ['--keyring', keyring, signature, content])).toMatchObject({ ok: true });
      expect(run('sqv', ['--keyring', keyring, signature, content])).toMatchObject({ ok: true });
      expect(run('gpgv', ['--keyring', keyring, signature, other])).toMatchObject({ ok: false });
      expect(run('sqv', ['--keyring', keyring, signature, other])).toMatchObject({ ok: false });
    }
  });

  test('of a text are accepted by gpgv, which reads the same text', async () => {
    const file = put('InRelease', await signer.clearSign(RELEASE));
    const text = join(work, 'Release');
    rmSync(text, { force: true });
    expect(run('gpgv', ['--keyring', keyring, '--output', text, file])).toMatchObject({ ok: true });
    expect(readFileSync(text, 'utf8')).toBe(RELEASE);
    const changed = put('changed', readFileSync(file, 'utf8').replace('stable', 'stale'));
    expect(run('gpgv', ['--keyring', keyring, changed])).toMatchObject({ ok: false });
  });
});

describe.skipIf(requireTools('gpg', 'gpgv'))('a key that gpg holds', () => {
  let env: NodeJS.ProcessEnv;
  const gpg = (...args: readonly string[]): string => {
    const { ok, output } = run('gpg', ['--batch', '--quiet', '--no-tty', ...args], env);
    if (!ok) throw new Error(output);
    return output;
  };
  beforeAll(() => {
    const home = join(work, 'gnupg');
    mkdirSync(home, { mode: 0o700 });
    env = { GNUPGHOME: home };
  });
  afterAll(() => void run('gpgconf', ['--kill', 'all'], env));

  /** A new key, and what its certificate is. */
  function generate(user: string, ...rest: readonly string[]): string {
    gpg('--passphrase', '', '--quick-gen-key', user, ...rest);
    return gpg('--armor', '--export', user);
  }

  function command(user: string, ...more: readonly string[]): readonly [string, ...string[]] {
    return ['env', `GNUPGHOME=${env['GNUPGHOME']}`, 'gpg', '--batch', '--local-user', user, ...more, '--detach-sign'];
  }

  test('signs through a command', async () => {
    const certificate = generate('one@harbor.example', 'rsa3072', 'sign', 'never');
    const user = 'one@harbor.example';
    const options = { command: command(user), textCommand: command(user, '--textmode'), certificate };
    const signer = await commandSigner({ ...options, date: new Date() });
    const content = bytesSource('bytes\r\n');
    const date = new Date(Date.now() + 60_000);
    const verified = await verifyDetached(content, await signer.signArmored(content), {
      certificates: [certificate],
      date,
    });
    expect(verified.fingerprint).toBe(signer.fingerprint);
    const keyring = put('gpg.gpg', execFileSync('gpg', ['--export'], { env: { ...process.env, ...env } }));
    const file = put('InRelease.gpg', await signer.clearSign(RELEASE));
    expect(run('gpgv', ['--keyring', keyring, file])).toMatchObject({ ok: true });
  });

  test('signs for nobody else, and a failing command is named', async () => {
    const date = new Date();
    const certificate = generate('two@harbor.example', 'ed25519', 'sign', 'never');
    generate('three@harbor.example', 'ed25519', 'sign', 'never');
    const content = bytesSource('x');
    const other = await commandSigner({ command: command('three@harbor.example'), certificate, date });
    await expect(other.sign(content)).rejects.toMatchObject({
      code: 'SIGNING_FAILED',
      message: expect.stringContaining('which is not trusted'),
    });
    const missing = await commandSigner({ command: command('nobody@harbor.example'), certificate, date });
    await expect(missing.sign(content)).rejects.toMatchObject({
      code: 'SIGNING_FAILED',
      message: expect.stringMatching(/failed with exit code 2: .*nobody@harbor.example/u),
    });
    // A signature of the wrong type is found before anyone publishes it.
    const plain = await commandSigner({ command: command('two@harbor.example'), certificate, date });
    await expect(plain.clearSign(RELEASE)).rejects.toMatchObject({ code: 'SIGNING_FAILED' });
    const none = await commandSigner({ command: ['/nonexistent/sign'], certificate, date });
    await expect(none.sign(content)).rejects.toMatchObject({ code: 'TOOL_MISSING' });
  });

  test.each([
    ['DSA', /is a dsa key/u, ['dsa2048', 'sign', 'never']],
    ['RSA-1024', /is an RSA key of 1024 bits/u, ['rsa1024', 'sign', 'never']],
    ['certify-only', /has no key that may sign/u, ['rsa2048', 'cert', 'never']],
  ] as const)('is refused when it is %s', async (kind, message, args) => {
    const certificate = generate(`${kind}@harbor.example`.toLowerCase(), ...args);
    await expect(commandSigner({ command: ['false'], certificate, date: new Date() })).rejects.toMatchObject({
      code: 'KEY_REFUSED',
      message: expect.stringMatching(message),
    });
  });

  test('is refused when it is bound by SHA-1, and taken again when it was signed again as the hint says', async () => {
    const user = 'sha1@harbor.example';
    gpg('--passphrase', '', '--cert-digest-algo', 'SHA1', '--quick-gen-key', user, 'rsa2048', 'sign', '1y');
    const options = { command: ['false'], date: new Date(Date.now() + 60_000) } as const;
    const refusal = commandSigner({ ...options, certificate: gpg('--armor', '--export', user) });
    await expect(refusal).rejects.toMatchObject({
      code: 'KEY_REFUSED',
      message: expect.stringContaining('is bound by SHA-1 signatures only'),
    });
    const fingerprint = /fpr:+([0-9A-F]{40}):/u.exec(gpg('--with-colons', '--list-keys', user))?.[1] ?? '';
    gpg('--passphrase', '', '--cert-digest-algo', 'SHA512', '--quick-set-expire', fingerprint, '2y');
    const again = await commandSigner({ ...options, certificate: gpg('--armor', '--export', user) });
    expect(again.fingerprint).toBe(fingerprint);
  });
});

describe.skipIf(requireTools('rpm')).each(KINDS.slice(0, 2))('an rpm signed with %s', (kind, options) => {
  let file: string;
  let env: NodeJS.ProcessEnv;
  let rpm: Buffer;
  const check = (path: string): Run =>
    run('rpmkeys', ['--define', '_pkgverify_level all', '--checksig', '--verbose', path], env);

  beforeAll(async () => {
    const home = mkdtempSync(join(work, 'rpm-'));
    writeFileSync(join(home, '.rpmmacros'), `%_dbpath ${home}/database\n`);
    env = { HOME: home };
    const signer = await signerOf(options);
    const spec = testSpec({ relations: {} });
    const unsigned = await collect(writeRpm(spec, { compression: 'zstd', spool: memorySpool }), 1 << 24);
    rpm = Buffer.from(await collect(signRpm(bytesSource(unsigned), signer), 1 << 24));
    file = put(`${kind}.rpm`, rpm);
    expect(run('rpm', ['--initdb'], env)).toMatchObject({ ok: true });
    expect(check(file)).toMatchObject({ ok: false });
    expect(run('rpm', ['--import', put(`${kind}.asc`, signer.certificate)], env)).toMatchObject({ ok: true });
  });

  test('is accepted by rpm once the key is imported', () => {
    const { ok, output } = check(file);
    expect(output).toMatch(/Header V4 (?:RSA|EdDSA)\/SHA512 Signature, key ID [0-9a-f]{8}: OK/u);
    expect(ok).toBe(true);
    expect(run('rpm', ['-K', file], env).output).toMatch(/digests signatures OK/u);
  });

  test('is refused with any byte of its header flipped', async () => {
    const { start, end } = (await readRpm(bytesSource(rpm))).headerRange;
    const accepted: number[] = [];
    // A sample over index and data: each check starts a program.
    for (let at = start; at < end; at += 61) {
      const changed = Buffer.from(rpm);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      if (check(put('flipped.rpm', changed)).ok) accepted.push(at - start);
    }
    expect(accepted).toEqual([]);
  });
});
