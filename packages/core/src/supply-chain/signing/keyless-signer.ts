import { InternalError, sign, type SignOptions } from 'sigstore';
import { DistroError } from '../../errors/distro-error.ts';
import type { ImageSigner } from '../../model/signer.ts';
import { bundleSignature } from './sigstore-bundle.ts';

/** Who signs without a key of their own, and where. */
export interface KeylessSignerOptions {
  /** An OpenID Connect token for the audience `sigstore`. @default the one that the CI system gives to its job */
  readonly identityToken?: string | undefined;
  /** The certificate authority. @default sigstore's own */
  readonly fulcioUrl?: string | undefined;
  /** The transparency log. @default sigstore's own */
  readonly rekorUrl?: string | undefined;
}

const TIMEOUT_MS = 30_000;

/**
 * Signs with a key that exists for one signature: a certificate authority ties it to an identity, and a public log keeps
 * the signature. Needs the network, makes other bytes each time, and publishes the identity for ever.
 *
 * @see https://docs.sigstore.dev/cosign/signing/overview/
 */
export function keylessSigner({ identityToken, fulcioUrl, rekorUrl }: KeylessSignerOptions = {}): ImageSigner {
  const options: SignOptions = {
    timeout: TIMEOUT_MS,
    ...(identityToken === undefined ? {} : { identityToken }),
    ...(fulcioUrl === undefined ? {} : { fulcioURL: fulcioUrl }),
    ...(rekorUrl === undefined ? {} : { rekorURL: rekorUrl }),
  };
  return {
    async sign(content) {
      const made = await sign(Buffer.from(content), options).catch((error: unknown) => {
        // Messages of the library quote the token: its code says enough.
        const reason = error instanceof InternalError ? error.code : 'UNKNOWN';
        throw new DistroError('SIGNING_FAILED', `keyless signing failed: ${reason}`, {
          hint: 'run where the CI system gives an identity token (id-token: write), or sign with a key',
        });
      });
      const bundle = JSON.stringify(made);
      return { signature: bundleSignature(bundle), bundle };
    },
  };
}
