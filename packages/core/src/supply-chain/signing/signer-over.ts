import { DistroError, problemsOf } from '../../errors/distro-error.ts';
import { bytesSource, collect } from '../../model/bytes.ts';
import type { OpenPgpSigner } from '../../model/signer.ts';
import { canonicalText, writeClearSigned } from './clear-text.ts';
import { armored, parseSignature, readStrictSignature, writeSignature } from './signature-packets.ts';
import { hashOf, SIGNED_LIMIT, verifyClearSigned, verifyDetached } from './verify-openpgp.ts';

/** What a signature covers: bytes as they are, or a text whatever its line ends. */
export type SignatureType = 'binary' | 'text';

/** Makes a detached signature, binary or ASCII-armored, of the given type. */
export type SignBytes = (bytes: Uint8Array, type: SignatureType) => Promise<Uint8Array | string>;

/** Whose signatures they are. */
export interface SignerIdentity {
  readonly certificate: string;
  readonly fingerprint: string;
}

/** The forms of a signature, over whatever makes it. Every one is verified against the certificate first. */
export function signerOver({ certificate, fingerprint }: SignerIdentity, signBytes: SignBytes): OpenPgpSigner {
  const verification = { certificates: [certificate] };
  const packets = async (bytes: Uint8Array, type: SignatureType): Promise<Uint8Array> =>
    new Uint8Array(writeSignature(await parseSignature(await signBytes(bytes, type))));
  const sign: OpenPgpSigner['sign'] = async (content) => {
    const bytes = await collect(content.read(), SIGNED_LIMIT);
    const signature = await packets(bytes, 'binary');
    await accept(verifyDetached(bytesSource(bytes), signature, verification));
    return signature;
  };
  return {
    certificate,
    fingerprint,
    sign,
    async signArmored(content) {
      return armored(await sign(content));
    },
    async clearSign(text) {
      const signature = await packets(canonicalText(text), 'text');
      const hash = hashOf(await readStrictSignature(signature));
      const file = writeClearSigned({ text, signature: armored(signature) }, hash);
      await accept(verifyClearSigned(file, verification));
      return file;
    },
  };
}

async function accept(verified: Promise<unknown>): Promise<void> {
  await verified.catch((error: unknown) => {
    const [problem] = problemsOf(error);
    throw new DistroError('SIGNING_FAILED', `the signer made a signature that is of no use: ${problem?.message}`, {
      hint: problem?.hint ?? 'is the certificate the one of the key that signs',
      cause: error,
    });
  });
}
