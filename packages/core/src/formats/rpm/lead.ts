import type { ArchName } from '../../model/arch.ts';

/** Bytes of the lead. */
export const LEAD_LENGTH = 96;

/**
 * rpm's old numbers for architectures. rpm itself ignores them today; `file` prints them.
 */
const ARCH_NUMBERS: Readonly<Record<ArchName | 'all', number>> = {
  amd64: 1,
  arm64: 19,
  ppc64le: 16,
  s390x: 15,
  all: 255,
};

const MAGIC = 0xedab_eedb;
const FORMAT_MAJOR = 3;
const OS_LINUX = 1;
/** Says that a signature header follows. */
const SIGNATURE_TYPE_HEADER = 5;
const NAME_LENGTH = 66;

/** Where the fields of the lead are. Type (0 for a binary package) and the reserved bytes at the end stay 0. */
const OFFSETS = { magic: 0, major: 4, arch: 8, name: 10, os: 76, signatureType: 78 } as const;

/**
 * The lead: what made a file an rpm before there were headers. rpm reads nothing of it but the magic, the major version
 * and the type of the signature; the rest is a copy of what the header says, and the strict reader takes only that copy.
 *
 * @param fullName - `name-version-release`; cut to 65 bytes
 */
export function encodeLead(fullName: string, arch: ArchName | 'all'): Uint8Array {
  const lead = Buffer.alloc(LEAD_LENGTH);
  lead.writeUInt32BE(MAGIC, OFFSETS.magic);
  lead.writeUInt8(FORMAT_MAJOR, OFFSETS.major);
  lead.writeUInt16BE(ARCH_NUMBERS[arch], OFFSETS.arch);
  lead.write(fullName, OFFSETS.name, NAME_LENGTH - 1);
  lead.writeUInt16BE(OS_LINUX, OFFSETS.os);
  lead.writeUInt16BE(SIGNATURE_TYPE_HEADER, OFFSETS.signatureType);
  return lead;
}
