import { DistroError } from '../../errors/distro-error.ts';
import type { ByteSource } from '../../model/bytes.ts';
import { ByteReader } from '../byte-reader.ts';
import { HeaderView } from './header-view.ts';
import { encodeLead } from './lead.ts';
import { readHeaders } from './read-headers.ts';
import { readPackage } from './read-package.ts';
import type { RpmHeaderInfo } from './read-package.ts';
import { verifyPayload } from './read-payload.ts';
import { readSignature } from './read-signature.ts';
import type { RpmInfo } from './rpm-info.ts';

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
    const { lead, signature: signatureHeader, package: packageHeader } = await readHeaders(reader);
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

function checkLead(lead: Uint8Array, { name, version, release, arch }: RpmHeaderInfo): void {
  const expected = encodeLead(`${name}-${version}-${release}`, arch);
  const offset = expected.findIndex((byte, i) => byte !== lead[i]);
  if (offset >= 0)
    throw new DistroError('FORMAT_INVALID', `rpm: the lead does not match the package at byte ${offset}`);
}
