import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { p256 } from '@noble/curves/nist.js';
import { DistroError } from '../../errors/distro-error.ts';
import type { ImageSigner } from '../../model/signer.ts';
import { imageKeyType, isSignedBy, readPublicKey } from './public-key.ts';
import { runSigningCommand, type SigningCommand } from './run-signing-command.ts';

/** A private key that signs images. */
export interface ImageSignerOptions {
  /** PEM: PKCS#8, encrypted or not, or what `openssl ecparam -genkey` writes. */
  readonly privateKey: string;
  /** What the key is encrypted with. @default none: the key is not encrypted */
  readonly passphrase?: string | undefined;
}

/**
 * Signs with a private key in memory: ECDSA P-256 or Ed25519. The same key and content give the same bytes.
 *
 * @throws `KEY_INVALID`, `KEY_REFUSED`; neither says anything of what was read
 * @see https://www.rfc-editor.org/rfc/rfc6979
 */
export function imageSigner(options: ImageSignerOptions): ImageSigner {
  const key = readPrivateKey(options);
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
  const signBytes = imageKeyType(key) === 'Ed25519' ? ed25519 : ecdsa;
  return { publicKey, sign: async (content) => ({ signature: signBytes(key, content) }) };
}

/** A command that signs images, and with whose key. */
export interface CommandImageSignerOptions {
  /** Gets the bytes on standard input and prints the signature, as bytes or in base64, as `cosign sign-blob` does. */
  readonly command: SigningCommand;
  /** PEM (SPKI). */
  readonly publicKey: string;
}

/**
 * Signs through a command, such as one that asks a KMS. Its signatures are verified before they are given out.
 *
 * @throws `KEY_INVALID`, `KEY_REFUSED`; signing throws `TOOL_MISSING` and `SIGNING_FAILED`
 */
export function commandImageSigner({ command, publicKey }: CommandImageSignerOptions): ImageSigner {
  const key = readPublicKey(publicKey);
  return {
    publicKey: key.export({ type: 'spki', format: 'pem' }).toString(),
    async sign(content) {
      const output = await runSigningCommand(command, content);
      const forms = [output, new Uint8Array(Buffer.from(output.toString().trim(), 'base64'))];
      const signature = forms.find((form) => isSignedBy(key, content, form));
      if (signature !== undefined) return { signature: new Uint8Array(signature) };
      throw new DistroError('SIGNING_FAILED', 'what the signing command printed is no signature by the public key', {
        hint: 'is the public key the one of the key that signs',
      });
    },
  };
}

function readPrivateKey({ privateKey, passphrase }: ImageSignerOptions): KeyObject {
  if (/-----BEGIN ENCRYPTED (?:COSIGN|SIGSTORE) PRIVATE KEY-----/u.test(privateKey))
    throw new DistroError('KEY_INVALID', 'the image key is encrypted in the form of cosign', {
      hint: 'sign through a command: cosign sign-blob --key cosign.key --tlog-upload=false --yes -',
    });
  try {
    return createPrivateKey({ key: privateKey, format: 'pem', ...(passphrase === undefined ? {} : { passphrase }) });
  } catch (error) {
    throw new DistroError('KEY_INVALID', whyUnreadable(error, passphrase), {
      hint: 'make one: openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out image.key',
    });
  }
}

function whyUnreadable(error: unknown, passphrase: string | undefined): string {
  const code = (error as { code?: unknown }).code;
  if (code === 'ERR_MISSING_PASSPHRASE') return 'the image key is encrypted and there is no passphrase';
  return passphrase === undefined
    ? 'the image key is not a private key in PEM'
    : 'the image key is not a private key in PEM, or the passphrase does not decrypt it';
}

function ed25519(key: KeyObject, content: Uint8Array): Uint8Array {
  return new Uint8Array(sign(null, content, key));
}

/** Node's own ECDSA takes a random number for each signature; RFC 6979 derives it from key and content. */
function ecdsa(key: KeyObject, content: Uint8Array): Uint8Array {
  const scalar = Buffer.from(key.export({ format: 'jwk' }).d ?? '', 'base64url');
  return p256.sign(content, new Uint8Array(scalar), { format: 'der', lowS: false });
}
