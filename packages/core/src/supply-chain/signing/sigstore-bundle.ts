import { X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { DistroError } from '../../errors/distro-error.ts';
import { canonicalJson } from '../../model/json.ts';

/** The parts of a sigstore bundle that images carry. @see https://github.com/sigstore/protobuf-specs */
const bundleSchema = z.object({
  messageSignature: z.object({ signature: z.base64() }),
  verificationMaterial: z.object({
    certificate: z.object({ rawBytes: z.base64() }).exactOptional(),
    x509CertificateChain: z
      .object({
        certificates: z
          .array(z.object({ rawBytes: z.base64() }))
          .min(1)
          .max(8),
      })
      .exactOptional(),
    tlogEntries: z
      .array(
        z.object({
          logIndex: z.string().regex(/^\d+$/u),
          logId: z.object({ keyId: z.base64() }),
          integratedTime: z.string().regex(/^\d+$/u),
          inclusionPromise: z.object({ signedEntryTimestamp: z.base64() }),
          canonicalizedBody: z.base64(),
        }),
      )
      .length(1),
  }),
});

type Bundle = z.infer<typeof bundleSchema>;

/** The signature itself. @throws `SIGNING_FAILED` for a bundle without one, or without an entry in a transparency log */
export function bundleSignature(bundle: string): Uint8Array {
  return new Uint8Array(Buffer.from(parseBundle(bundle).messageSignature.signature, 'base64'));
}

/**
 * The annotations in which an image carries the certificate of a keyless signature and the entry in the transparency
 * log, so that it can be verified without asking the log.
 *
 * @throws `SIGNING_FAILED`
 * @see https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md
 */
export function bundleAnnotations(bundle: string): Readonly<Record<string, string>> {
  const { verificationMaterial: material } = parseBundle(bundle);
  const certificate = material.certificate ?? material.x509CertificateChain?.certificates[0];
  const [entry] = material.tlogEntries;
  if (certificate === undefined || entry === undefined) throw incomplete();
  return {
    'dev.sigstore.cosign/certificate': new X509Certificate(Buffer.from(certificate.rawBytes, 'base64')).toString(),
    'dev.sigstore.cosign/bundle': canonicalJson({
      SignedEntryTimestamp: entry.inclusionPromise.signedEntryTimestamp,
      Payload: {
        body: entry.canonicalizedBody,
        integratedTime: Number(entry.integratedTime),
        logIndex: Number(entry.logIndex),
        logID: Buffer.from(entry.logId.keyId, 'base64').toString('hex'),
      },
    }),
  };
}

function parseBundle(bundle: string): Bundle {
  const parsed = bundleSchema.safeParse(JSON.parse(bundle));
  if (!parsed.success) throw incomplete();
  return parsed.data;
}

function incomplete(): DistroError {
  return new DistroError('SIGNING_FAILED', 'a keyless signature lacks its certificate or its transparency log entry');
}
