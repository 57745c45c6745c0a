import { createHash } from 'node:crypto';
import type { HeaderView } from './header-view.ts';
import { SIGNATURE_TAG } from './tags.ts';

/** What the signature header says of what follows it. */
export interface SignatureInfo {
  /** Bytes of the package header and the compressed payload. */
  readonly size: number;
  /** Bytes of the payload before compression. */
  readonly archiveSize: number;
  /** Of the package header and the compressed payload; old packages have it. */
  readonly md5?: Uint8Array;
  readonly signed: boolean;
}

const KNOWN: ReadonlySet<number> = new Set(Object.values(SIGNATURE_TAG));
const SIGNATURES = [SIGNATURE_TAG.dsa, SIGNATURE_TAG.rsa, SIGNATURE_TAG.pgp, SIGNATURE_TAG.gpg] as const;

/**
 * Checks the signature header against the package header that it is about. No digest covers the signature header itself,
 * so nothing in it goes unchecked but OpenPGP signatures, which need a key.
 *
 * @throws `FORMAT_INVALID`
 */
export function readSignature(signature: HeaderView, header: Uint8Array): SignatureInfo {
  const unknown = signature.tags.find((tag) => !KNOWN.has(tag));
  if (unknown !== undefined) throw signature.invalid(`tag ${unknown} is not known`);
  const { sha1, sha256, size, longSize, payloadSize, longArchiveSize, md5, reservedSpace, openPgp } = SIGNATURE_TAG;
  checkDigest(signature, 'sha256', signature.string(sha256), header);
  if (signature.has(sha1)) checkDigest(signature, 'sha1', signature.string(sha1), header);
  const reserved = signature.tryBytes(reservedSpace);
  if (reserved?.some((byte) => byte !== 0) === true) throw signature.invalid('the reserved space is not zero');
  const signatures = SIGNATURES.filter((tag) => signature.tryBytes(tag) !== undefined);
  const digest = signature.tryBytes(md5);
  return {
    size: signature.size(size, longSize),
    archiveSize: signature.size(payloadSize, longArchiveSize),
    ...(digest !== undefined && { md5: digest }),
    signed: signatures.length > 0 || signature.tryStrings(openPgp) !== undefined,
  };
}

function checkDigest(signature: HeaderView, algorithm: 'sha1' | 'sha256', expected: string, header: Uint8Array): void {
  const digest = createHash(algorithm).update(header).digest('hex');
  if (digest !== expected)
    throw signature.invalid(`the package header has the ${algorithm} ${digest} instead of ${expected}`);
}
