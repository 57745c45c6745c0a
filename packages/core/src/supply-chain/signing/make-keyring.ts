import { DistroError } from '../../errors/distro-error.ts';
import { OPENPGP_CONFIG } from './openpgp-config.ts';
import { readCertificate } from './read-certificates.ts';
import { dayOf, signingKeyOf } from './signing-key.ts';

/** A certificate that goes into a keyring. */
export interface KeyringCertificate {
  /** Names it in errors: its file. */
  readonly name: string;
  /** ASCII-armored. */
  readonly armored: string;
  /** True for the one whose key signs the release. */
  readonly signs: boolean;
}

/** When the keys of a keyring must be fit. */
export interface KeyringOptions {
  /** The release date. */
  readonly date: Date;
  /** Days that the signing key must be valid after it. */
  readonly margin: number;
}

/** What is known of a certificate in a keyring. */
export interface KeyringEntry {
  /** Of the primary key, upper-case hexadecimal. */
  readonly fingerprint: string;
  readonly signs: boolean;
  /** `2027-01-01`; absent for a key that does not expire. */
  readonly expires?: string;
}

/** A keyring in the forms that programs read. */
export interface Keyring {
  /** For apt: all certificates, one after the other. */
  readonly binary: Uint8Array;
  /** For rpm: one armored block for each certificate, since rpm reads one certificate of a block. */
  readonly armored: string;
  readonly entries: readonly KeyringEntry[];
}

const DAY_MS = 86_400_000;

/**
 * Checks certificates and puts them into a keyring.
 *
 * @throws `KEY_EXPIRES` when the signing key expires within the margin; `KEY_REFUSED` for a key that is not fit to
 *   sign at the date, and for one that is there twice; `KEY_INVALID`. Each names the file
 */
export async function makeKeyring(
  certificates: readonly KeyringCertificate[],
  options: KeyringOptions,
): Promise<Keyring> {
  const made = await Promise.all(certificates.map(async (each) => named(each.name, readOne(each, options))));
  const fingerprints = made.map(({ entry }) => entry.fingerprint);
  const twice = fingerprints.findIndex((fingerprint, index) => fingerprints.indexOf(fingerprint) !== index);
  if (twice >= 0)
    throw new DistroError(
      'KEY_REFUSED',
      `${certificates[twice]?.name}: the key ${fingerprints[twice]} is there twice`,
      {
        hint: 'list each certificate once',
      },
    );
  return {
    binary: new Uint8Array(Buffer.concat(made.map(({ binary }) => binary))),
    armored: made.map(({ armored }) => armored).join(''),
    entries: made.map(({ entry }) => entry),
  };
}

interface Made {
  readonly binary: Uint8Array;
  readonly armored: string;
  readonly entry: KeyringEntry;
}

async function readOne({ armored, signs }: KeyringCertificate, { date, margin }: KeyringOptions): Promise<Made> {
  const certificate = await readCertificate(armored);
  const { fingerprint, expires } = await signingKeyOf(certificate, date);
  if (signs && expires !== undefined && expires.getTime() - date.getTime() < margin * DAY_MS)
    throw new DistroError(
      'KEY_EXPIRES',
      `the OpenPGP key ${fingerprint} signs this release of ${dayOf(date)} and expires on ${dayOf(expires)}`,
      { hint: `it must be valid for ${margin} days more: ${ROTATE}` },
    );
  return {
    binary: certificate.write(),
    armored: `${certificate.armor(OPENPGP_CONFIG).replaceAll('\r\n', '\n').trimEnd()}\n`,
    entry: { fingerprint, signs, ...(expires === undefined ? {} : { expires: dayOf(expires) }) },
  };
}

const ROTATE =
  "extend it (gpg --quick-set-expire FINGERPRINT 2y) and export it again, or add a new certificate with a 'from' to signing.certificates";

async function named<T>(name: string, work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    if (!(error instanceof DistroError)) throw error;
    throw new DistroError(error.code, `${name}: ${error.message}`, { hint: error.hint });
  });
}
