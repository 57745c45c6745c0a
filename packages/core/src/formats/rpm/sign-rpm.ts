import { bytesSource } from '../../model/bytes.ts';
import type { ByteSource } from '../../model/bytes.ts';
import type { OpenPgpSigner } from '../../model/signer.ts';
import { ByteReader } from '../byte-reader.ts';
import { HeaderView } from './header-view.ts';
import { bytes, encodeHeader } from './header.ts';
import type { TagValue } from './header.ts';
import { readHeaders } from './read-headers.ts';
import { readSignature } from './read-signature.ts';
import { signaturePadding } from './signature.ts';
import { SIGNATURE_TAG } from './tags.ts';

/** The package header of an rpm and the signature over it. */
export interface RpmHeaderSignature {
  /** The bytes that are signed. They hold the digest of the payload, so that the signature covers all of the package. */
  readonly header: Uint8Array;
  /** The signature packet; absent in an unsigned package. */
  readonly signature?: Uint8Array;
}

const { rsa, dsa, pgp, gpg, openPgp, reservedSpace, headerSignatures } = SIGNATURE_TAG;
/** Whatever was signed before is replaced. `pgp` and `gpg` are over header and payload, which rpm 6 refuses. */
const REPLACED: ReadonlySet<number> = new Set([rsa, dsa, pgp, gpg, openPgp, reservedSpace]);

/**
 * The same rpm with a header signature. It takes its place from the reserved space, so that nothing else moves; in a
 * package without such space, what follows moves back. A signature that was there is replaced.
 *
 * @throws `FORMAT_INVALID` when the headers or their digests are wrong; what the signer throws
 * @see https://rpm-software-management.github.io/rpm/manual/signatures_digests.html
 */
export async function* signRpm(rpm: ByteSource, signer: OpenPgpSigner): AsyncGenerator<Uint8Array> {
  const reader = new ByteReader(rpm.read(), 'rpm');
  try {
    const { lead, signature, package: header } = await readHeaders(reader);
    readSignature(new HeaderView(signature, 'rpm signature header'), header.bytes);
    const packet = await signer.sign(bytesSource(header.bytes));
    const kept = [...signature.tags].filter(([tag]) => !REPLACED.has(tag));
    yield lead;
    yield encodeSigned([...kept, [tagOf(packet), bytes(packet)]], signature.bytes.length);
    yield header.bytes;
    yield* reader.remaining();
  } finally {
    await reader.close();
  }
}

/**
 * Reads the signature of an rpm, for whoever verifies it. Not of the payload: {@link readRpm} holds that against the
 * header.
 *
 * @throws `FORMAT_INVALID` when the headers or their digests are wrong, or there is another kind of signature
 */
export async function readRpmSignature(rpm: ByteSource): Promise<RpmHeaderSignature> {
  const reader = new ByteReader(rpm.read(), 'rpm');
  try {
    const { signature, package: header } = await readHeaders(reader);
    const view = new HeaderView(signature, 'rpm signature header');
    const { signed } = readSignature(view, header.bytes);
    const packet = view.tryBytes(rsa) ?? view.tryBytes(dsa);
    const others = [pgp, gpg, openPgp].filter((tag) => view.has(tag));
    if ((signed && packet === undefined) || others.length > 0 || (view.has(rsa) && view.has(dsa)))
      throw view.invalid('it holds a signature that is not the one over the package header');
    if (packet !== undefined && !view.has(tagOf(packet))) throw view.invalid('a signature is under the wrong tag');
    return { header: header.bytes, ...(packet === undefined ? {} : { signature: packet }) };
  } finally {
    await reader.close();
  }
}

/** A signature header of `length` bytes, filled up with reserved space where it is shorter. */
function encodeSigned(tags: readonly (readonly [number, TagValue])[], length: number): Uint8Array {
  const reserve = (size: number): Uint8Array =>
    encodeHeader(new Map([...tags, [reservedSpace, bytes(Buffer.alloc(size))]]), headerSignatures);
  const left = length - reserve(1).length;
  const encoded = left >= 0 ? reserve(left + 1) : encodeHeader(new Map(tags), headerSignatures);
  return Buffer.concat([encoded, Buffer.alloc(signaturePadding(encoded.length))]);
}

/** OpenPGP's numbers for RSA. */
const RSA_ALGORITHMS: ReadonlySet<number | undefined> = new Set([1, 3]);

/** The tag for RSA, or the one that stands for every other algorithm. */
function tagOf(packet: Uint8Array): number {
  return RSA_ALGORITHMS.has(packet[headLength(packet) + 2]) ? rsa : dsa;
}

/** Bytes before the body of a packet. @see https://www.rfc-editor.org/rfc/rfc9580.html#name-packet-headers */
function headLength(packet: Uint8Array): number {
  const [tag = 0, first = 0] = packet;
  const old = (tag & 0x40) === 0;
  if (old) return 1 + (1 << (tag & 3));
  if (first < 192) return 2;
  return first < 255 ? 3 : 6;
}
