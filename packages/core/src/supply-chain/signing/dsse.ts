import { z } from 'zod';
import { DistroError } from '../../errors/distro-error.ts';
import { canonicalJson, type JsonObject } from '../../model/json.ts';
import type { ImageSigner } from '../../model/signer.ts';
import { isSignedBy, readPublicKey } from './public-key.ts';

/** The media type of an envelope. */
export const DSSE_TYPE = 'application/vnd.dsse.envelope.v1+json';

const ENVELOPE_LIMIT = 64 << 20;

/** Content of a known type with its signatures. @see https://github.com/secure-systems-lab/dsse/blob/master/envelope.md */
interface Envelope {
  readonly payloadType: string;
  /** base64 */
  readonly payload: string;
  readonly signatures: readonly { readonly keyid?: string; readonly sig: string }[];
}

const envelopeSchema: z.ZodType<Envelope> = z.strictObject({
  payloadType: z.string().min(1),
  payload: z.base64(),
  signatures: z
    .array(z.strictObject({ keyid: z.string().exactOptional(), sig: z.base64() }))
    .min(1)
    .max(16),
});

/**
 * Signs content of a type, such as an in-toto statement, and gives the envelope: canonical JSON.
 *
 * @throws `SIGNING_FAILED` for a signer without a fixed key; what the signer throws
 */
export async function signDsse(payloadType: string, payload: Uint8Array, signer: ImageSigner): Promise<string> {
  if (signer.publicKey === undefined)
    throw new DistroError('SIGNING_FAILED', 'attestations are signed with a key, and the signer has none', {
      hint: 'give an image key; keyless signatures are for images',
    });
  const { signature } = await signer.sign(preAuthentication(payloadType, payload));
  const signatures = [{ keyid: '', sig: Buffer.from(signature).toString('base64') }];
  return canonicalJson({ payloadType, payload: Buffer.from(payload).toString('base64'), signatures });
}

/** What {@link verifyDsse} expects. */
export interface VerifyDsseOptions {
  readonly payloadType: string;
  /** The keys that are trusted, as PEM (SPKI). */
  readonly publicKeys: readonly string[];
}

/**
 * Checks an envelope and gives the payload that is signed, which alone may be used.
 *
 * @throws `SIGNATURE_INVALID` with the reason; `KEY_INVALID`, `KEY_REFUSED` for a public key
 */
export function verifyDsse(envelope: string, { payloadType, publicKeys }: VerifyDsseOptions): Uint8Array {
  const { payload, signatures, ...about } = parseEnvelope(envelope);
  if (about.payloadType !== payloadType) throw invalid(`it holds ${about.payloadType} instead of ${payloadType}`);
  const bytes = new Uint8Array(Buffer.from(payload, 'base64'));
  const signed = preAuthentication(payloadType, bytes);
  const keys = publicKeys.map(readPublicKey);
  const verified = signatures.some(({ sig }) =>
    keys.some((key) => isSignedBy(key, signed, new Uint8Array(Buffer.from(sig, 'base64')))),
  );
  if (!verified) throw invalid('no signature in it is by a trusted key');
  return bytes;
}

/** One spelling only, so that a changed byte is found even where nothing is signed. */
function parseEnvelope(text: string): Envelope {
  if (text.length > ENVELOPE_LIMIT) throw invalid(`it has ${text.length} characters`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid('it is not JSON');
  }
  const parsed = envelopeSchema.safeParse(value);
  if (!parsed.success || canonicalJson(value as JsonObject) !== text) throw invalid('it is not an envelope');
  return parsed.data;
}

/** What is signed in place of the content, so that its type is too. @see https://github.com/secure-systems-lab/dsse/blob/master/protocol.md */
function preAuthentication(payloadType: string, payload: Uint8Array): Uint8Array {
  const type = Buffer.from(payloadType);
  const head = Buffer.from(`DSSEv1 ${type.length} ${payloadType} ${payload.length} `);
  return new Uint8Array(Buffer.concat([head, payload]));
}

function invalid(reason: string): DistroError {
  return new DistroError('SIGNATURE_INVALID', `a signed envelope does not verify: ${reason}`);
}
