import { enums, type Key, type KeyID, type Subkey } from 'openpgp';
import { DistroError } from '../../errors/distro-error.ts';
import { BROKEN_HASHES, OPENPGP_CONFIG } from './openpgp-config.ts';

/** The part of a certificate that signs: its primary key or a subkey. */
export interface SigningKey {
  readonly key: Key | Subkey;
  /** The fingerprint of the primary key, upper-case hexadecimal. */
  readonly fingerprint: string;
  /** When the certificate or its signing key expires, whichever is first; absent when neither does. */
  readonly expires?: Date;
}

const RSA_BITS_MIN = 2048;
const { publicKey } = enums;
const RSA: ReadonlySet<enums.publicKey> = new Set([publicKey.rsaEncryptSign, publicKey.rsaSign]);
const CURVES: ReadonlySet<enums.publicKey> = new Set([publicKey.eddsaLegacy, publicKey.ecdsa]);

/**
 * The key of a certificate that signs at a date, held to what installed systems verify: RSA of 2048 bits or more,
 * Ed25519 or ECDSA in a version 4 certificate that is valid, not revoked and bound by SHA-2.
 *
 * @param id - the one key that will do. @default the newest that can sign
 * @throws `KEY_REFUSED` with the reason, and what to do about it as hint
 */
export async function signingKeyOf(certificate: Key, date: Date, id?: KeyID): Promise<SigningKey> {
  await checkPrimary(certificate, date);
  const key = await certificate.getSigningKey(id, date, undefined, OPENPGP_CONFIG).catch(async () => {
    throw await whyNoSigningKey(certificate, date);
  });
  checkAlgorithm(certificate, key.keyPacket);
  const expires = [
    await certificate.getExpirationTime(undefined, OPENPGP_CONFIG),
    'bindingSignatures' in key ? await key.getExpirationTime(date, OPENPGP_CONFIG) : null,
  ].filter((time) => time instanceof Date);
  const first = expires.sort((a, b) => a.getTime() - b.getTime())[0];
  return { key, fingerprint: fingerprintOf(certificate), ...(first === undefined ? {} : { expires: first }) };
}

/** The fingerprint as `gpg` prints it, without spaces. */
export function fingerprintOf(key: { getFingerprint(): string }): string {
  return key.getFingerprint().toUpperCase();
}

/** `2026-11-21`. */
export function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}

async function checkPrimary(certificate: Key, date: Date): Promise<void> {
  checkAlgorithm(certificate, certificate.keyPacket);
  const created = certificate.getCreationTime();
  if (created > date)
    throw refused(
      certificate,
      `is not valid before ${created.toISOString()}, after ${date.toISOString()}`,
      ROTATE_LATER,
    );
  if (await certificate.isRevoked(undefined, undefined, date, OPENPGP_CONFIG))
    throw refused(certificate, 'is revoked', NEW_KEY);
  const bindings = certificate.users.flatMap((user) => user.selfCertifications);
  if (bindings.length > 0 && bindings.every(isBroken)) throw refused(certificate, BOUND_BY_SHA1, REBIND);
  const expires = await certificate.getExpirationTime(undefined, OPENPGP_CONFIG);
  if (expires instanceof Date && expires <= date) throw refused(certificate, `expired on ${dayOf(expires)}`, EXTEND);
}

function checkAlgorithm(certificate: Key, packet: Key['keyPacket'] | Subkey['keyPacket']): void {
  const { algorithm, bits } = packet.getAlgorithmInfo();
  if (packet.version !== 4)
    throw refused(certificate, `has version ${packet.version}, which gpg, rpm and apt do not read`, NEW_KEY);
  if (CURVES.has(packet.algorithm)) return;
  if (!RSA.has(packet.algorithm)) throw refused(certificate, `is a ${algorithm} key`, NEW_KEY);
  if (bits === undefined || bits < RSA_BITS_MIN)
    throw refused(certificate, `is an RSA key of ${bits ?? 0} bits, less than ${RSA_BITS_MIN}`, NEW_KEY);
}

/** The library has one sentence for all of it; the reader needs to know which subkey to look at. */
async function whyNoSigningKey(certificate: Key, date: Date): Promise<DistroError> {
  for (const subkey of certificate.subkeys) {
    if (!subkey.bindingSignatures.some(canSign)) continue;
    if (subkey.bindingSignatures.every(isBroken))
      return refused(certificate, `has a signing subkey that ${BOUND_BY_SHA1}`, REBIND);
    const expires = await subkey.getExpirationTime(date, OPENPGP_CONFIG);
    if (expires instanceof Date && expires <= date)
      return refused(certificate, `has a signing subkey that expired on ${dayOf(expires)}`, EXTEND);
    checkAlgorithm(certificate, subkey.keyPacket);
    return refused(certificate, `has a signing subkey that is revoked or not valid at ${date.toISOString()}`, NEW_KEY);
  }
  const bindings = certificate.users.flatMap((user) => user.selfCertifications);
  const able = bindings.length === 0 || bindings.some(canSign);
  if (able) return refused(certificate, `has no valid self-signature at ${date.toISOString()}`, EXPORT_ALL);
  return refused(certificate, 'has no key that may sign', NEW_KEY);
}

interface Binding {
  readonly hashAlgorithm: enums.hash | null;
  readonly keyFlags: Uint8Array | null;
}

function isBroken({ hashAlgorithm }: Binding): boolean {
  return hashAlgorithm === null || BROKEN_HASHES.has(hashAlgorithm);
}

function canSign({ keyFlags }: Binding): boolean {
  return keyFlags === null || ((keyFlags[0] ?? 0) & enums.keyFlags.signData) !== 0;
}

const BOUND_BY_SHA1 = 'is bound by SHA-1 signatures only';
const NEW_KEY = 'make a new key: gpg --quick-generate-key "NAME <EMAIL>" rsa4096 sign 2y, and rotate to it';
const ROTATE_LATER = 'sign with the key before it until then, or set a later release date';
const EXTEND = 'extend it (gpg --quick-set-expire FINGERPRINT 2y) and publish it again, or rotate to a new key';
const REBIND = 'sign it again with SHA-2: gpg --cert-digest-algo SHA512 --quick-set-expire FINGERPRINT 2y';
const EXPORT_ALL = 'export the certificate with all its self-signatures, or set a later release date';

function refused(certificate: Key, reason: string, hint: string): DistroError {
  return new DistroError('KEY_REFUSED', `the OpenPGP key ${fingerprintOf(certificate)} ${reason}`, { hint });
}
