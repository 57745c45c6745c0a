import type { ByteReader } from '../byte-reader.ts';
import { readHeader } from './header-reader.ts';
import type { ReadHeader } from './header-reader.ts';
import { LEAD_LENGTH } from './lead.ts';
import { signaturePadding } from './signature.ts';
import { SIGNATURE_TAG, TAG } from './tags.ts';

/** More than any signature header has; rpm takes 64 MiB. */
const SIGNATURE_LIMIT = 1 << 20;
/** More than any of our packages has: paths and digests of a hundred thousand files. */
const HEADER_LIMIT = 64 << 20;

/** Everything of an rpm before its payload. */
export interface RpmHeaders {
  readonly lead: Uint8Array;
  readonly signature: ReadHeader;
  readonly package: ReadHeader;
}

/**
 * Reads what stands before the payload, strictly; the reader stands at the payload then.
 *
 * @throws `FORMAT_INVALID`
 */
export async function readHeaders(reader: ByteReader): Promise<RpmHeaders> {
  // Taken bytes may be a view of memory that the next read uses again.
  const lead = new Uint8Array(await reader.take(LEAD_LENGTH));
  const region = SIGNATURE_TAG.headerSignatures;
  const signature = await readHeader(reader, { region, what: 'signature header', limit: SIGNATURE_LIMIT });
  await checkPadding(reader, signature.bytes.length);
  const header = { region: TAG.headerImmutable, what: 'package header', limit: HEADER_LIMIT };
  return { lead, signature, package: await readHeader(reader, header) };
}

async function checkPadding(reader: ByteReader, length: number): Promise<void> {
  const offset = reader.offset;
  const padding = await reader.take(signaturePadding(length));
  if (padding.some((byte) => byte !== 0)) throw reader.invalid('padding is not zero', offset);
}
