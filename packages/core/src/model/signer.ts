import type { ByteSource } from './bytes.ts';

/**
 * Holds an OpenPGP key and signs with it. The key itself never leaves it: it may be in memory, in an agent, in a KMS or
 * behind a command.
 */
export interface OpenPgpSigner {
  /** The certificate (public key) that verifies its signatures, ASCII-armored. */
  readonly certificate: string;
  /** The fingerprint of the primary key, upper-case hexadecimal. */
  readonly fingerprint: string;
  /** A detached binary signature packet over bytes, as rpm headers hold it. */
  sign(content: ByteSource): Promise<Uint8Array>;
  /** The same, ASCII-armored, as `Release.gpg` and `repomd.xml.asc` are. */
  signArmored(content: ByteSource): Promise<string>;
  /** A text with its signature in the cleartext framework, as `InRelease` is. */
  clearSign(text: string): Promise<string>;
}

/** Holds the key that signs images and attestations. */
export interface ImageSigner {
  /** The public key as PEM (SPKI); absent when a certificate of each signature identifies the signer. */
  readonly publicKey?: string;
  /** Signs the bytes; with what a verifier needs beside the public key, where the signer has no fixed one. */
  sign(content: Uint8Array): Promise<ImageSignature>;
}

/** A signature over bytes. */
export interface ImageSignature {
  readonly signature: Uint8Array;
  /** A sigstore bundle, when the signature was made without a fixed key. */
  readonly bundle?: string;
}
