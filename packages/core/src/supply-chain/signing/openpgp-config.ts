import { config, enums, type Config } from 'openpgp';

/** Hashes that no longer bind anything: collisions can be made. */
export const BROKEN_HASHES: ReadonlySet<enums.hash> = new Set([enums.hash.md5, enums.hash.sha1, enums.hash.ripemd]);

/**
 * How OpenPGP is spoken everywhere. Without the salt that the library adds by default, the same key, content and date
 * give the same signature; systems of the last ten years read every algorithm that is used.
 */
export const OPENPGP_CONFIG: Config = {
  ...config,
  nonDeterministicSignaturesViaNotation: false,
  preferredHashAlgorithm: enums.hash.sha512,
  rejectHashAlgorithms: new Set(BROKEN_HASHES),
  rejectMessageHashAlgorithms: new Set(BROKEN_HASHES),
  showComment: false,
  showVersion: false,
};
