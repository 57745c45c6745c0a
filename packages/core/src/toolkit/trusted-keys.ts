import { readFile } from 'node:fs/promises';
import { DistroError } from '../errors/distro-error.ts';
import type { TrustedKeys } from '../release/verify-signatures.ts';
import { ifExists, withFsErrors } from '../store/fs-error.ts';

/**
 * The keys in files: ASCII-armored OpenPGP certificates, and public keys of images as PEM.
 *
 * @throws KEY_INVALID for a file that is missing or holds neither
 */
export async function trustedKeys(files: readonly string[]): Promise<TrustedKeys> {
  const openPgp: string[] = [];
  const images: string[] = [];
  for (const file of files) {
    const text = await withFsErrors(file, () => ifExists(readFile(file, 'utf8')));
    if (text?.includes('-----BEGIN PGP PUBLIC KEY BLOCK-----') === true) {
      const { certificatesIn } = await import('../supply-chain/signing/read-certificates.ts');
      openPgp.push(...certificatesIn(text));
    } else if (text?.includes('-----BEGIN PUBLIC KEY-----') === true) images.push(text);
    else {
      const why = text === undefined ? 'does not exist' : 'holds no public key';
      const hint = 'name an ASCII-armored OpenPGP certificate, or a public key as PEM such as cosign.pub';
      throw new DistroError('KEY_INVALID', `${file} ${why}`, { hint });
    }
  }
  return { ...(openPgp.length === 0 ? {} : { openPgp }), ...(images.length === 0 ? {} : { images }) };
}
