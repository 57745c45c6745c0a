import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { DistroError } from '../../errors/distro-error.ts';

const KEY_LIMIT = 16 << 10;

/** The key types that are signed with: both give the same signature each time, and cosign verifies both. */
export type ImageKeyType = 'ECDSA P-256' | 'Ed25519';

/**
 * Reads a public key as PEM (SPKI).
 *
 * @throws `KEY_INVALID` for anything else; `KEY_REFUSED` for a key that is neither ECDSA P-256 nor Ed25519
 */
export function readPublicKey(pem: string): KeyObject {
  if (pem.length > KEY_LIMIT || !pem.includes('-----BEGIN PUBLIC KEY-----'))
    throw new DistroError('KEY_INVALID', 'the public key of an image signer is not PEM (SPKI)', {
      hint: 'openssl pkey -in KEY -pubout, or the cosign.pub that cosign wrote',
    });
  let key: KeyObject;
  try {
    key = createPublicKey(pem);
  } catch {
    throw new DistroError('KEY_INVALID', 'the public key of an image signer does not parse');
  }
  imageKeyType(key);
  return key;
}

/** The type of a key, public or private. @throws `KEY_REFUSED` for one that images are not signed with */
export function imageKeyType(key: KeyObject): ImageKeyType {
  if (key.asymmetricKeyType === 'ed25519') return 'Ed25519';
  const curve = key.asymmetricKeyDetails?.namedCurve;
  if (key.asymmetricKeyType === 'ec' && curve === 'prime256v1') return 'ECDSA P-256';
  const type = [key.asymmetricKeyType, curve].filter((part) => part !== undefined).join(' ');
  throw new DistroError('KEY_REFUSED', `images are not signed with a key of type ${type}`, {
    hint: 'make an ECDSA P-256 key: openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out image.key',
  });
}

/** True when the signature over the content is by the key: ASN.1 of ECDSA over sha256, or Ed25519. */
export function isSignedBy(key: KeyObject, content: Uint8Array, signature: Uint8Array): boolean {
  return verify(imageKeyType(key) === 'Ed25519' ? null : 'sha256', content, key, signature);
}
