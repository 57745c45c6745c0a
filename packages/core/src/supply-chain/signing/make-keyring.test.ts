import { readKeys } from 'openpgp';
import { beforeAll, describe, expect, test } from 'vitest';
import { makeOpenPgpKey } from '../../../../../test/support/openpgp-keys.ts';
import { certificatesIn, readCertificate } from './read-certificates.ts';
import { makeKeyring, type KeyringCertificate } from './make-keyring.ts';

const DATE = new Date('2026-11-21T00:00:00Z');
const DAY = 86_400;
/** Days from when the keys of tests are made to the release. */
const AGE = 324;

async function certificate(name: string, days: number | undefined, signs: boolean): Promise<KeyringCertificate> {
  const { publicKey } = await makeOpenPgpKey(days === undefined ? {} : { expiresAfter: (AGE + days) * DAY });
  return { name, armored: publicKey, signs };
}

let old: KeyringCertificate;
let current: KeyringCertificate;
beforeAll(async () => {
  old = await certificate('keys/2024.asc', 10, false);
  current = await certificate('keys/2026.asc', 30, true);
});

describe('makeKeyring', () => {
  test('holds every certificate, for apt and for rpm', async () => {
    const { binary, armored, entries } = await makeKeyring([old, current], { date: DATE, margin: 30 });
    const fingerprints = entries.map(({ fingerprint }) => fingerprint);
    const keys = await readKeys({ binaryKeys: binary });
    expect(keys.map((key) => key.getFingerprint().toUpperCase())).toEqual(fingerprints);
    const blocks = await Promise.all(certificatesIn(armored).map(readCertificate));
    expect(blocks.map((key) => key.getFingerprint().toUpperCase())).toEqual(fingerprints);
    expect(entries).toMatchObject([
      { signs: false, expires: '2026-12-01' },
      { signs: true, expires: '2026-12-21' },
    ]);
  });

  test('refuses a signing key that expires within the margin, and says how to rotate', async () => {
    await expect(makeKeyring([old, current], { date: DATE, margin: 31 })).rejects.toMatchObject({
      code: 'KEY_EXPIRES',
      message: expect.stringMatching(/^keys\/2026\.asc: .* of 2026-11-21 and expires on 2026-12-21$/u),
      hint: expect.stringContaining('add a new certificate'),
    });
  });

  test('refuses what no client should trust', async () => {
    const expired = await certificate('keys/2020.asc', -1, false);
    await expect(makeKeyring([expired, current], { date: DATE, margin: 0 })).rejects.toMatchObject({
      code: 'KEY_REFUSED',
      message: expect.stringMatching(/^keys\/2020\.asc: .* expired on 2026-11-20$/u),
    });
    const again = { ...current, name: 'keys/copy.asc', signs: false };
    await expect(makeKeyring([current, again], { date: DATE, margin: 0 })).rejects.toThrow(
      /^keys\/copy\.asc: .* twice$/u,
    );
  });

  test('refuses a private key, without a word of it', async () => {
    const { privateKey } = await makeOpenPgpKey();
    const options = { date: DATE, margin: 0 };
    await expect(makeKeyring([{ ...current, armored: privateKey }], options)).rejects.toMatchObject({
      code: 'KEY_INVALID',
      message: 'keys/2026.asc: a certificate cannot be read: it holds a private key',
    });
    const both = `${current.armored}\n${old.armored}`;
    await expect(makeKeyring([{ ...current, armored: both }], options)).rejects.toThrow(/2 armored blocks/u);
  });
});
