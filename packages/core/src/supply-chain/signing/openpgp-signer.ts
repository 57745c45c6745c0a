import { createMessage, decryptKey, enums, type Message, type PrivateKey, readPrivateKey, sign } from 'openpgp';
import { DistroError } from '../../errors/distro-error.ts';
import type { OpenPgpSigner } from '../../model/signer.ts';
import { OPENPGP_CONFIG } from './openpgp-config.ts';
import { readCertificate } from './read-certificates.ts';
import { signerOver, type SignatureType } from './signer-over.ts';
import { signingKeyOf } from './signing-key.ts';

/** A private key and when it signs. */
export interface OpenPgpSignerOptions {
  /** The private key, ASCII-armored. */
  readonly privateKey: string;
  /** What the key is encrypted with. @default none: the key is not encrypted */
  readonly passphrase?: string | undefined;
  /** The date of every signature: the release date. The same key, content and date give the same bytes. */
  readonly date: Date;
}

/**
 * Signs with a private key in memory: RSA or Ed25519. What it made is verified before it is given out.
 *
 * @throws `KEY_INVALID` for a key that cannot be read or decrypted; `KEY_REFUSED` for one that is not fit to sign at the
 *   date. Neither says anything of what was read.
 */
export async function openPgpSigner({ privateKey, passphrase, date }: OpenPgpSignerOptions): Promise<OpenPgpSigner> {
  const key = await unlock(await parse(privateKey), passphrase);
  const certificate = key.toPublic().armor(OPENPGP_CONFIG);
  const { key: signing, fingerprint } = await signingKeyOf(await readCertificate(certificate), date);
  if (signing.keyPacket.algorithm === enums.publicKey.ecdsa)
    throw new DistroError(
      'KEY_REFUSED',
      `the OpenPGP key ${fingerprint} is an ECDSA key, whose signatures differ each time`,
      {
        hint: 'sign with an RSA or Ed25519 key, or through a command',
      },
    );
  return signerOver({ certificate, fingerprint }, async (bytes, type) => {
    const message = await messageOf(bytes, type);
    const options = { message, signingKeys: key, detached: true, date, config: OPENPGP_CONFIG } as const;
    return (await sign({ ...options, format: 'object' })).write() as Uint8Array;
  });
}

/** A message of text gets a signature of the type for texts. */
async function messageOf(bytes: Uint8Array, type: SignatureType): Promise<Message<string> | Message<Uint8Array>> {
  if (type === 'binary') return createMessage({ binary: bytes, format: 'binary' });
  return createMessage({ text: new TextDecoder().decode(bytes) });
}

async function parse(armoredKey: string): Promise<PrivateKey> {
  return readPrivateKey({ armoredKey, config: OPENPGP_CONFIG }).catch(() => {
    // The cause is left out: it may quote what was read.
    throw new DistroError('KEY_INVALID', 'the OpenPGP signing key is not an ASCII-armored private key', {
      hint: 'export it: gpg --armor --export-secret-keys FINGERPRINT',
    });
  });
}

async function unlock(privateKey: PrivateKey, passphrase: string | undefined): Promise<PrivateKey> {
  if (privateKey.isDecrypted()) return privateKey;
  if (passphrase === undefined)
    throw new DistroError('KEY_INVALID', 'the OpenPGP signing key is encrypted and there is no passphrase', {
      hint: 'give the passphrase in a file or an environment variable',
    });
  return decryptKey({ privateKey, passphrase, config: OPENPGP_CONFIG }).catch(() => {
    throw new DistroError('KEY_INVALID', 'the passphrase does not decrypt the OpenPGP signing key');
  });
}
