import { bytesSource, collect, type ByteSource } from '../../model/bytes.ts';
import { compareText } from '../../model/json.ts';
import type { LayerFile } from '../../model/layer-entry.ts';

const CERTIFICATE = /^\/usr\/share\/ca-certificates\/.+\.crt$/;
const CERTIFICATE_MAX = 1 << 20;

/**
 * What `update-ca-certificates` makes of the certificates that ca-certificates installs: all of them in one file, where
 * Go, OpenSSL and GnuTLS look for them. Undefined where there are none.
 */
export async function certificateBundle(
  files: readonly LayerFile<ByteSource>[],
): Promise<LayerFile<ByteSource> | undefined> {
  const certificates = files
    .filter(({ path }) => CERTIFICATE.test(path))
    .toSorted((a, b) => compareText(a.path, b.path));
  if (certificates.length === 0) return undefined;
  let bundle = '';
  for (const { content } of certificates) {
    const text = Buffer.from(await collect(content.read(), CERTIFICATE_MAX)).toString('latin1');
    bundle += text.endsWith('\n') ? text : `${text}\n`;
  }
  const path = '/etc/ssl/certs/ca-certificates.crt';
  return { type: 'file', path, mode: 0o644, uid: 0, gid: 0, content: bytesSource(Buffer.from(bundle, 'latin1')) };
}
