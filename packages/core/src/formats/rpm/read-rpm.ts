import { DistroError } from '../../errors/distro-error.ts';
import type { ByteSource } from '../../model/bytes.ts';
import { ByteReader } from '../byte-reader.ts';
import { HeaderView } from './header-view.ts';
import { readHeader } from './header-reader.ts';
import { encodeLead, LEAD_LENGTH } from './lead.ts';
import { readPackage } from './read-package.ts';
import type { RpmHeaderInfo } from './read-package.ts';
import { verifyPayload } from './read-payload.ts';
import { readSignature } from './read-signature.ts';
import type { RpmInfo } from './rpm-info.ts';
import { signaturePadding } from './signature.ts';
import { SIGNATURE_TAG, TAG } from './tags.ts';

/** More than any signature header has; rpm takes 64 MiB. */
const SIGNATURE_LIMIT = 1 << 20;
/** More than any of our packages has: paths and digests of a hundred thousand files. */
const HEADER_LIMIT = 64 << 20;

/**
 * Reads an rpm of format 4 and verifies all of it: structure, every digest, every file against the header. It is strict
 * for what {@link writeRpm} writes, with or without a signature added by `rpmsign`: any changed byte is refused, even
 * where rpm itself does not look (most of the lead, padding, reserved space). Memory use does not depend on the size of
 * the files.
 *
 * @throws `FORMAT_INVALID` that names what is wrong and where
 */
export async function readRpm(source: ByteSource): Promise<RpmInfo> {
  const reader = new ByteReader(source.read(), 'rpm');
  try {
    const lead = await reader.take(LEAD_LENGTH);
    const signatureHeader = await readHeader(reader, {
      region: SIGNATURE_TAG.headerSignatures,
      what: 'signature header',
      limit: SIGNATURE_LIMIT,
    });
    await checkPadding(reader, signatureHeader.bytes.length);
    const packageHeader = await readHeader(reader, {
      region: TAG.headerImmutable,
      what: 'package header',
      limit: HEADER_LIMIT,
    });
    const end = reader.offset;
    // Digests first: a damaged header is reported as such, not by what it happens to say.
    const signature = readSignature(new HeaderView(signatureHeader, 'rpm signature header'), packageHeader.bytes);
    const header = new HeaderView(packageHeader, 'rpm package header');
    const info = readPackage(header);
    checkLead(lead, info);
    await verifyPayload(reader, { header, headerBytes: packageHeader.bytes, info, signature });
    return {
      ...info,
      archiveSize: signature.archiveSize,
      headerRange: { start: packageHeader.offset, end },
      signed: signature.signed,
    };
  } finally {
    await reader.close();
  }
}

async function checkPadding(reader: ByteReader, length: number): Promise<void> {
  const offset = reader.offset;
  const padding = await reader.take(signaturePadding(length));
  if (padding.some((byte) => byte !== 0)) throw reader.invalid('padding is not zero', offset);
}

function checkLead(lead: Uint8Array, { name, version, release, arch }: RpmHeaderInfo): void {
  const expected = encodeLead(`${name}-${version}-${release}`, arch);
  const offset = expected.findIndex((byte, i) => byte !== lead[i]);
  if (offset >= 0)
    throw new DistroError('FORMAT_INVALID', `rpm: the lead does not match the package at byte ${offset}`);
}
