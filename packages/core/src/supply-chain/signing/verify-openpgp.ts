import { createMessage, enums, type PublicKey, type SignaturePacket } from 'openpgp';
import { DistroError } from '../../errors/distro-error.ts';
import { collect, type ByteSource } from '../../model/bytes.ts';
import { canonicalText, readClearSigned, writeClearSigned } from './clear-text.ts';
import { OPENPGP_CONFIG } from './openpgp-config.ts';
import { readCertificates } from './read-certificates.ts';
import { invalidSignature, readStrictSignature } from './signature-packets.ts';
import { signingKeyOf } from './signing-key.ts';

/** Who may have signed, and when it counts. */
export interface VerifyOptions {
  /** The certificates that are trusted, ASCII-armored. */
  readonly certificates: readonly string[];
  /** The date at which key and signature must be valid, beside the one of the signature. @default that one alone */
  readonly date?: Date | undefined;
}

/** A signature that verified. */
export interface VerifiedSignature {
  /** The fingerprint of the certificate's primary key, upper-case hexadecimal. */
  readonly fingerprint: string;
  readonly created: Date;
}

/** Signed files are metadata; what they name is checked by digest. */
export const SIGNED_LIMIT: number = 256 << 20;

/**
 * Checks a detached signature, binary or ASCII-armored. Of several, one by a trusted key is enough.
 *
 * @throws `SIGNATURE_INVALID` with the reason; `KEY_REFUSED` when the signature is right but the key is not fit to sign;
 *   `KEY_INVALID` for a certificate that cannot be read
 */
export async function verifyDetached(
  content: ByteSource,
  signature: Uint8Array | string,
  options: VerifyOptions,
): Promise<VerifiedSignature> {
  const signatures = await readStrictSignature(signature);
  const bytes = await collect(content.read(), SIGNED_LIMIT);
  return verifyAny({ bytes, type: enums.signature.binary }, signatures, options);
}

/**
 * Checks a clear-signed file and gives the text that is signed, which alone may be used.
 *
 * @throws like {@link verifyDetached}
 */
export async function verifyClearSigned(
  file: string,
  options: VerifyOptions,
): Promise<VerifiedSignature & { readonly text: string }> {
  const { text, signature } = readClearSigned(file);
  const signatures = await readStrictSignature(signature);
  if (writeClearSigned({ text, signature }, hashOf(signatures)) !== file)
    throw invalidSignature('the file is not spelled the way distrokit writes them');
  return {
    ...(await verifyAny({ bytes: canonicalText(text), type: enums.signature.text }, signatures, options)),
    text,
  };
}

/** The name of the hash that the signatures are made with, as the head of a clear-signed file has it. */
export function hashOf(signatures: readonly SignaturePacket[]): string {
  const hashes = signatures.map(({ hashAlgorithm }) => enums.read(enums.hash, hashAlgorithm ?? enums.hash.sha512));
  return [...new Set(hashes)].join(',').toUpperCase();
}

/** What is signed, and the type that a signature over it has. */
interface Signed {
  readonly bytes: Uint8Array;
  readonly type: enums.signature;
}

async function verifyAny(
  content: Signed,
  signatures: readonly SignaturePacket[],
  { certificates, date }: VerifyOptions,
): Promise<VerifiedSignature> {
  const keys = (await Promise.all(certificates.map(readCertificates))).flat();
  let failure: DistroError | undefined;
  for (const packet of signatures) {
    try {
      return await verifyOne(content, packet, keys, date);
    } catch (error) {
      if (!(error instanceof DistroError)) throw error;
      failure ??= error;
    }
  }
  throw failure ?? invalidSignature('it holds no signature');
}

async function verifyOne(
  { bytes, type }: Signed,
  packet: SignaturePacket,
  keys: readonly PublicKey[],
  date: Date | undefined,
): Promise<VerifiedSignature> {
  const id = packet.issuerKeyID;
  const certificate = keys.find((key) => key.getKeys(id).length > 0);
  if (certificate === undefined)
    throw invalidSignature(`it is by the key ${id.toHex().toUpperCase()}, which is not trusted`);
  const created = packet.created ?? new Date(Number.NaN);
  const at = date ?? created;
  if (!(created <= at)) throw invalidSignature(`it was made after ${at.toISOString()}`);
  if (packet.isExpired(at)) throw invalidSignature(`it expired before ${at.toISOString()}`);
  if (packet.signatureType !== type) throw invalidSignature(`it is of type ${packet.signatureType} instead of ${type}`);
  const { key, fingerprint } = await signingKeyOf(certificate, created, id);
  await signingKeyOf(certificate, at, id);
  const [literal] = (await createMessage({ binary: bytes, format: 'binary' })).packets;
  await packet.verify(key.keyPacket, type, literal ?? bytes, at, true, OPENPGP_CONFIG).catch(() => {
    throw invalidSignature('it does not match the content');
  });
  return { fingerprint, created };
}
