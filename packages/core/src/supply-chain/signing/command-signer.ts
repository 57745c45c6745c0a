import type { OpenPgpSigner } from '../../model/signer.ts';
import { readCertificate } from './read-certificates.ts';
import { runSigningCommand, type SigningCommand } from './run-signing-command.ts';
import { signerOver } from './signer-over.ts';
import { signingKeyOf } from './signing-key.ts';

/** A command that signs, and with whose key. */
export interface CommandSignerOptions {
  /**
   * Gets bytes on standard input and prints a detached signature, binary or ASCII-armored:
   * `['gpg', '--batch', '--local-user', FINGERPRINT, '--detach-sign']`.
   */
  readonly command: SigningCommand;
  /** The same for a signature over a text, which `InRelease` needs: with gpg, `--textmode`. @default `command` */
  readonly textCommand?: SigningCommand | undefined;
  /** The certificate of the key that the command signs with, ASCII-armored. */
  readonly certificate: string;
  /** The release date, at which the key must be fit to sign. */
  readonly date: Date;
}

/**
 * Signs through a command: gpg with its agent, a smart card, a KMS. Its signatures are verified against the certificate
 * before they are given out. They are as reproducible as the command makes them.
 *
 * @throws `KEY_INVALID`, `KEY_REFUSED` for the certificate; signing throws `TOOL_MISSING` and `SIGNING_FAILED`
 */
export async function commandSigner(options: CommandSignerOptions): Promise<OpenPgpSigner> {
  const { command, textCommand = command, certificate, date } = options;
  const { fingerprint } = await signingKeyOf(await readCertificate(certificate), date);
  return signerOver({ certificate, fingerprint }, async (bytes, type) =>
    textOrBytes(await runSigningCommand(type === 'text' ? textCommand : command, bytes)),
  );
}

/** The first byte of a packet has its highest bit set; ASCII has not. */
function textOrBytes(output: Uint8Array): Uint8Array | string {
  return (output[0] ?? 0) < 0x80 ? new TextDecoder().decode(output) : output;
}
