import { type PublicKey, readKeys } from 'openpgp';
import { DistroError } from '../../errors/distro-error.ts';
import { OPENPGP_CONFIG } from './openpgp-config.ts';

/** Bytes of a certificate: far more than any has without thousands of signatures of strangers. */
export const CERTIFICATE_LIMIT: number = 1 << 20;

/**
 * The certificates (public keys) in one ASCII-armored block.
 *
 * @throws `KEY_INVALID` for anything else, and for a private key
 */
export async function readCertificates(armored: string): Promise<readonly PublicKey[]> {
  if (armored.length > CERTIFICATE_LIMIT)
    throw invalid(`it has ${armored.length} characters, more than ${CERTIFICATE_LIMIT}`);
  // The library reads the first of several blocks and does not look at the others.
  const blocks = armored.match(/^-----BEGIN /gmu)?.length ?? 0;
  if (blocks !== 1) throw invalid(blocks === 0 ? 'it is not ASCII-armored' : `it holds ${blocks} armored blocks`);
  const keys = await readKeys({ armoredKeys: armored, config: OPENPGP_CONFIG }).catch(() => {
    throw invalid('its content is not an OpenPGP certificate');
  });
  // Said without a word of what was read.
  if (keys.some((key) => key.isPrivate())) throw invalid('it holds a private key');
  return keys;
}

/**
 * The one certificate in an ASCII-armored block.
 *
 * @throws `KEY_INVALID`
 */
export async function readCertificate(armored: string): Promise<PublicKey> {
  const [key, ...others] = await readCertificates(armored);
  if (key === undefined || others.length > 0)
    throw invalid(`it holds ${others.length + 1} certificates instead of one`);
  return key;
}

/** The armored blocks of a keyring, one for each certificate, as a release has it under `keys/`. */
export function certificatesIn(keyring: string): readonly string[] {
  return keyring.match(/^-----BEGIN PGP PUBLIC KEY BLOCK-----$[^]*?^-----END PGP PUBLIC KEY BLOCK-----$/gmu) ?? [];
}

function invalid(reason: string): DistroError {
  return new DistroError('KEY_INVALID', `a certificate cannot be read: ${reason}`, {
    hint: 'export one certificate to a file: gpg --armor --export FINGERPRINT > keys/2026.asc',
  });
}
