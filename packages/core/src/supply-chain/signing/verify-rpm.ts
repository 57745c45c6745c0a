import { readRpmSignature } from '../../formats/rpm/sign-rpm.ts';
import { bytesSource, type ByteSource } from '../../model/bytes.ts';
import { invalidSignature } from './signature-packets.ts';
import { verifyDetached, type VerifiedSignature, type VerifyOptions } from './verify-openpgp.ts';

/**
 * Checks the header signature of an rpm. The payload is held against the header by `readRpm`.
 *
 * @throws `SIGNATURE_INVALID`, also when there is none; like {@link verifyDetached} otherwise; `FORMAT_INVALID`
 */
export async function verifyRpm(rpm: ByteSource, options: VerifyOptions): Promise<VerifiedSignature> {
  const { header, signature } = await readRpmSignature(rpm);
  if (signature === undefined) throw invalidSignature('the rpm is not signed');
  return verifyDetached(bytesSource(header), signature, options);
}
