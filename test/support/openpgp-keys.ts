import { enums, generateKey, type PartialConfig } from 'openpgp';

/** When the keys of tests were made. */
export const KEY_CREATED: Date = new Date('2026-01-01T00:00:00Z');

/** How a key of a test differs from an Ed25519 key that never expires. */
export interface TestKeyOptions {
  readonly type?: 'rsa' | 'ecc';
  readonly rsaBits?: number;
  readonly curve?: 'ed25519Legacy' | 'nistP256';
  readonly created?: Date;
  /** Seconds after it was made. */
  readonly expiresAfter?: number;
  readonly passphrase?: string;
  readonly subkeys?: readonly { readonly sign: boolean }[];
  /** Bound by SHA-1, and as short as asked for. */
  readonly weak?: boolean;
}

/** A new private key with its revocation certificate, both ASCII-armored. */
export async function makeOpenPgpKey(
  options: TestKeyOptions = {},
): Promise<{ readonly privateKey: string; readonly publicKey: string; readonly revocation: string }> {
  const { type = 'ecc', created = KEY_CREATED, expiresAfter, weak = false, subkeys = [], ...rest } = options;
  const algorithm = type === 'rsa' ? { rsaBits: rest.rsaBits ?? 2048 } : { curve: rest.curve ?? 'ed25519Legacy' };
  const config: PartialConfig = weak
    ? { minRSABits: 1023, preferredHashAlgorithm: enums.hash.sha1, nonDeterministicSignaturesViaNotation: false }
    : {};
  const made = await generateKey({
    type,
    ...algorithm,
    userIDs: [{ name: 'Harbor', email: 'release@harbor.example' }],
    date: created,
    subkeys: [...subkeys],
    ...(expiresAfter === undefined ? {} : { keyExpirationTime: expiresAfter }),
    ...(rest.passphrase === undefined ? {} : { passphrase: rest.passphrase }),
    format: 'armored',
    config,
  } as Parameters<typeof generateKey>[0] & { format: 'armored' });
  return { privateKey: made.privateKey, publicKey: made.publicKey, revocation: made.revocationCertificate };
}
