import { readKey, revokeKey } from 'openpgp';
import { beforeAll, describe, expect, test } from 'vitest';
import { KEY_CREATED, makeOpenPgpKey, type TestKeyOptions } from '../../../../../test/support/openpgp-keys.ts';
import { DistroError } from '../../errors/distro-error.ts';
import { bytesSource } from '../../model/bytes.ts';
import type { OpenPgpSigner } from '../../model/signer.ts';
import { commandSigner } from './command-signer.ts';
import { openPgpSigner } from './openpgp-signer.ts';
import { verifyClearSigned, verifyDetached } from './verify-openpgp.ts';

const DATE = new Date('2026-11-21T00:00:00Z');
const LATER = new Date('2030-01-01T00:00:00Z');
const TEXT = 'Origin: Harbor\n-dash\n\nSuite: stable\n';
const YEAR = 365 * 86_400;
const content = bytesSource('some bytes\r\n');

describe.each([
  ['RSA', { type: 'rsa' }],
  ['Ed25519', {}],
  ['a signing subkey', { subkeys: [{ sign: true }] }],
] as const)('openPgpSigner with %s', (_, options: TestKeyOptions) => {
  let one: OpenPgpSigner;
  let two: OpenPgpSigner;
  beforeAll(async () => {
    const { privateKey } = await makeOpenPgpKey(options);
    one = await openPgpSigner({ privateKey, date: DATE });
    two = await openPgpSigner({ privateKey, date: DATE });
  });

  test('makes the same bytes each time', async () => {
    expect(await two.sign(content)).toEqual(await one.sign(content));
    expect(await two.signArmored(content)).toBe(await one.signArmored(content));
    expect(await two.clearSign(TEXT)).toBe(await one.clearSign(TEXT));
    expect(two.certificate).toBe(one.certificate);
  });

  test('makes signatures that verify', async () => {
    const certificates = [one.certificate];
    const verified = { fingerprint: one.fingerprint, created: DATE };
    const signature = await one.sign(content);
    expect(await verifyDetached(content, signature, { certificates, date: LATER })).toEqual(verified);
    const armored = await one.signArmored(content);
    expect(await verifyDetached(content, armored, { certificates, date: DATE })).toEqual(verified);
    const file = await one.clearSign(TEXT);
    expect(file).toContain('\n- -dash\n');
    expect(await verifyClearSigned(file, { certificates, date: DATE })).toEqual({ ...verified, text: TEXT });
  });
});

describe('a key is refused that', () => {
  const cases: readonly (readonly [string, TestKeyOptions, RegExp])[] = [
    ['expired', { expiresAfter: 86_400 }, /expired on 2026-01-02/u],
    ['is not valid yet', { created: LATER }, /is not valid before 2030-01-01T00:00:00.000Z/u],
    ['is bound by SHA-1', { type: 'rsa', weak: true }, /is bound by SHA-1 signatures only/u],
    ['has 1024 bits', { type: 'rsa', rsaBits: 1024, weak: true }, /is an RSA key of 1024 bits, less than 2048/u],
    ['signs differently each time', { curve: 'nistP256' }, /is an ECDSA key/u],
  ];
  test.each(cases)('%s', async (_, options, message) => {
    const { privateKey } = await makeOpenPgpKey(options);
    const refusal = { code: 'KEY_REFUSED', message: expect.stringMatching(message), hint: expect.any(String) };
    await expect(openPgpSigner({ privateKey, date: DATE })).rejects.toMatchObject(refusal);
  });

  test('is revoked, whenever', async () => {
    const { publicKey, revocation } = await makeOpenPgpKey();
    const key = await readKey({ armoredKey: publicKey });
    const revoked = await revokeKey({ key, revocationCertificate: revocation, format: 'armored' });
    const options = { command: ['false'], certificate: revoked.publicKey, date: DATE } as const;
    await expect(commandSigner(options)).rejects.toMatchObject({
      code: 'KEY_REFUSED',
      message: expect.stringContaining('is revoked'),
    });
  });
});

describe('openPgpSigner', () => {
  test('decrypts its key, and says nothing of it when it cannot', async () => {
    const { privateKey } = await makeOpenPgpKey({ passphrase: 'correct' });
    const signer = await openPgpSigner({ privateKey, passphrase: 'correct', date: DATE });
    expect(signer.fingerprint).toMatch(/^[0-9A-F]{40}$/u);
    for (const passphrase of [undefined, 'hunter2']) {
      const error = await openPgpSigner({ privateKey, passphrase, date: DATE }).catch((failure: unknown) => failure);
      expect(error).toMatchObject({ code: 'KEY_INVALID' });
      expect(error).not.toHaveProperty('cause');
      expect(String(error)).not.toMatch(/hunter2|BEGIN PGP/u);
    }
  });

  test('refuses what is not a private key', async () => {
    const { publicKey } = await makeOpenPgpKey();
    for (const privateKey of ['', 'secret text', publicKey]) {
      const error = await openPgpSigner({ privateKey, date: DATE }).catch((failure: unknown) => failure);
      expect(error).toMatchObject({ code: 'KEY_INVALID' });
      expect(error).not.toHaveProperty('cause');
    }
  });
});

describe('verification refuses', () => {
  let signer: OpenPgpSigner;
  let other: OpenPgpSigner;
  const options = (date = DATE): Parameters<typeof verifyDetached>[2] => ({ certificates: [signer.certificate], date });
  beforeAll(async () => {
    signer = await openPgpSigner({ privateKey: (await makeOpenPgpKey({ expiresAfter: YEAR })).privateKey, date: DATE });
    other = await openPgpSigner({ privateKey: (await makeOpenPgpKey()).privateKey, date: DATE });
  });
  const expectRefusal = async (verified: Promise<unknown>, reason: RegExp): Promise<void> => {
    await expect(verified).rejects.toMatchObject({ code: 'SIGNATURE_INVALID', message: expect.stringMatching(reason) });
  };

  test('other bytes', async () => {
    const signature = await signer.sign(content);
    await expectRefusal(verifyDetached(bytesSource('other'), signature, options()), /does not match the content/u);
  });

  test('a flipped bit of the signature, wherever it is', async () => {
    const signature = await signer.sign(content);
    const flips = [...signature.keys()].map(async (at) => {
      const changed = Uint8Array.from(signature, (byte, i) => (i === at ? byte ^ 1 : byte));
      return verifyDetached(content, changed, options()).then(
        () => at,
        (error: unknown) => (error instanceof DistroError ? error.code : error),
      );
    });
    expect(new Set(await Promise.all(flips))).toEqual(new Set(['SIGNATURE_INVALID', 'KEY_REFUSED']));
  });

  test('a flipped bit of an armored signature or a clear-signed file, wherever it is', async () => {
    const files = [await signer.signArmored(content), await signer.clearSign(TEXT)] as const;
    const flips = files.flatMap((file, which) =>
      [...file].map(async (character, at) => {
        const flipped = String.fromCodePoint((character.codePointAt(0) ?? 0) ^ 1);
        const changed = `${file.slice(0, at)}${flipped}${file.slice(at + 1)}`;
        const verified =
          which === 0 ? verifyDetached(content, changed, options()) : verifyClearSigned(changed, options());
        return verified.then(
          () => at,
          (error: unknown) => (error instanceof DistroError ? error.code : error),
        );
      }),
    );
    expect(new Set(await Promise.all(flips))).toEqual(new Set(['SIGNATURE_INVALID']));
  });

  test('a stranger', async () => {
    await expectRefusal(verifyDetached(content, await other.sign(content), options()), /which is not trusted/u);
  });

  test('a date before the signature', async () => {
    await expectRefusal(verifyDetached(content, await signer.sign(content), options(KEY_CREATED)), /was made after/u);
  });

  test('a key that expired or was revoked since', async () => {
    const signature = await signer.sign(content);
    await expect(verifyDetached(content, signature, options(LATER))).rejects.toMatchObject({
      code: 'KEY_REFUSED',
      message: expect.stringContaining('expired on 2027-01-01'),
    });
    const { certificates } = options();
    expect(await verifyDetached(content, signature, { certificates })).toMatchObject({ created: DATE });

    const { privateKey, publicKey, revocation } = await makeOpenPgpKey();
    const made = await (await openPgpSigner({ privateKey, date: DATE })).sign(content);
    const key = await readKey({ armoredKey: publicKey });
    const revoked = await revokeKey({ key, revocationCertificate: revocation, format: 'armored' });
    const verified = verifyDetached(content, made, { certificates: [revoked.publicKey], date: DATE });
    await expect(verified).rejects.toMatchObject({
      code: 'KEY_REFUSED',
      message: expect.stringContaining('is revoked'),
    });
  });

  test('a text signature for bytes and a signature of bytes for a text', async () => {
    const file = await signer.clearSign('x\n');
    const signature = file.slice(file.indexOf('-----BEGIN PGP SIGNATURE'));
    await expectRefusal(verifyDetached(bytesSource('x'), signature, options()), /is of type 1 instead of 0/u);
    const swapped = file.replace(signature, await signer.signArmored(bytesSource('x')));
    await expectRefusal(verifyClearSigned(swapped, options()), /is of type 0 instead of 1/u);
  });

  test('anything around a clear-signed text', async () => {
    const file = await signer.clearSign(TEXT);
    const changes = [
      `before\n${file}`,
      `${file}after\n`,
      file.replace('Hash: SHA512\n', 'Hash: SHA512\nComment: read me\n'),
      file.replace('- -dash', '-dash'),
      `${file}${file}`,
    ];
    for (const changed of changes) await expectRefusal(verifyClearSigned(changed, options()), /is malformed/u);
    await expectRefusal(verifyClearSigned(file.replace('stable', 'stale'), options()), /does not match the content/u);
  });
});

test('a text that does not sign the way it reads is refused', async () => {
  const signer = await openPgpSigner({ privateKey: (await makeOpenPgpKey()).privateKey, date: DATE });
  for (const text of ['a \nb\n', 'a\t\n', 'a\r\nb\n']) {
    await expect(signer.clearSign(text)).rejects.toMatchObject({ code: 'TEXT_INVALID' });
  }
});
