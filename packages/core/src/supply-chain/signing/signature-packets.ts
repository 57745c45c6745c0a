import { armor, enums, readSignature, type Signature, SignaturePacket } from 'openpgp';
import { DistroError } from '../../errors/distro-error.ts';
import { OPENPGP_CONFIG } from './openpgp-config.ts';

const SIGNATURE_LIMIT = 64 << 10;
const SIGNATURES_MAX = 16;
/** The one thing worth saying in the part of a signature that nothing protects: by whom it is. */
const ISSUER = 16;

/** Reads one or more signatures, binary or ASCII-armored in any spelling. @throws `SIGNATURE_INVALID` */
export async function parseSignature(signature: Uint8Array | string): Promise<Signature> {
  if (signature.length > SIGNATURE_LIMIT) throw invalidSignature(`it has ${signature.length} bytes`);
  const parsed = await parse(signature).catch(() => {
    throw invalidSignature('it does not parse');
  });
  const count = parsed.packets.length;
  if (count < 1 || count > SIGNATURES_MAX) throw invalidSignature(`it holds ${count} signatures`);
  // The library keeps packets that it does not know, whatever the types say.
  if (!parsed.packets.every((packet) => packet instanceof SignaturePacket))
    throw invalidSignature('it holds something else than signatures');
  return parsed;
}

/**
 * Reads signatures that must be spelled as they are written here: a changed byte is found even where a signature does
 * not cover itself.
 *
 * @throws `SIGNATURE_INVALID`
 */
export async function readStrictSignature(signature: Uint8Array | string): Promise<readonly SignaturePacket[]> {
  const parsed = await parseSignature(signature);
  const written = writeSignature(parsed);
  const same = typeof signature === 'string' ? armored(written) === signature : written.equals(signature);
  if (!same) throw invalidSignature('it is not spelled the way distrokit writes signatures');
  const packets = [...parsed.packets];
  if (packets.some(({ unhashedSubpackets }) => unhashedSubpackets.some(({ type }) => type !== ISSUER)))
    throw invalidSignature('it says more than its issuer without protection');
  return packets;
}

/** The packets in their one spelling. */
export function writeSignature(signature: Signature): Buffer {
  // Nothing is streamed here.
  return Buffer.from(signature.write() as Uint8Array);
}

/** Signature packets in ASCII armor, with the checksum that old programs ask for. */
export function armored(packets: Uint8Array): string {
  const text = armor(enums.armor.signature, packets, undefined, undefined, undefined, true, OPENPGP_CONFIG);
  return text.replaceAll('\r\n', '\n');
}

/** The error of a signature that does not verify. */
export function invalidSignature(reason: string): DistroError {
  return new DistroError('SIGNATURE_INVALID', `an OpenPGP signature does not verify: ${reason}`);
}

async function parse(signature: Uint8Array | string): Promise<Signature> {
  return typeof signature === 'string'
    ? readSignature({ armoredSignature: signature, config: OPENPGP_CONFIG })
    : readSignature({ binarySignature: new Uint8Array(signature), config: OPENPGP_CONFIG });
}
