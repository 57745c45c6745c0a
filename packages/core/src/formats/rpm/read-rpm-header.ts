import type { ByteSource } from '../../model/bytes.ts';
import { ByteReader } from '../byte-reader.ts';
import { HeaderView } from './header-view.ts';
import { readHeaders } from './read-headers.ts';
import { readPackage } from './read-package.ts';
import { readSignature } from './read-signature.ts';
import type { RpmInfo } from './rpm-info.ts';

/**
 * What an rpm says of itself, from its headers alone: the payload is not read, so that nothing is known of it but what
 * the header says. For everything checked, see {@link readRpm}.
 *
 * @throws `FORMAT_INVALID`
 */
export async function readRpmHeader(source: ByteSource): Promise<RpmInfo> {
  const reader = new ByteReader(source.read(), 'rpm');
  try {
    const { signature: signatureHeader, package: packageHeader } = await readHeaders(reader);
    const end = reader.offset;
    const signature = readSignature(new HeaderView(signatureHeader, 'rpm signature header'), packageHeader.bytes);
    const info = readPackage(new HeaderView(packageHeader, 'rpm package header'));
    const { archiveSize, signed } = signature;
    return { ...info, archiveSize, headerRange: { start: packageHeader.offset, end }, signed };
  } finally {
    await reader.close();
  }
}
