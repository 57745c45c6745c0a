import type { OciDescriptor } from '../../formats/oci/documents.ts';
import { attachedManifest, type AttachedManifest } from './attached-manifest.ts';
import { DSSE_TYPE } from './dsse.ts';
import { SIGNATURE_ANNOTATION } from './sign-image.ts';

/** The type of the manifest that holds the attestations of an image. */
export const ATTESTATION_ARTIFACT = 'application/vnd.dev.cosign.artifact.att.v1+json';

/** A signed statement about an image. */
export interface ImageAttestation {
  /** A DSSE envelope around an in-toto statement. */
  readonly envelope: string;
  /** What the statement is, such as `https://slsa.dev/provenance/v1`. */
  readonly predicateType: string;
}

/** All signed statements about an image or index as one manifest, where `cosign verify-attestation` finds them. */
export function attestImage(image: OciDescriptor, attestations: readonly ImageAttestation[]): AttachedManifest {
  const layers = attestations.map(({ envelope, predicateType }) => ({
    mediaType: DSSE_TYPE,
    content: new TextEncoder().encode(envelope),
    // The signature is inside of the envelope; the annotation says that there is one to look for.
    annotations: { [SIGNATURE_ANNOTATION]: '', predicateType },
  }));
  return attachedManifest({ subject: image, artifactType: ATTESTATION_ARTIFACT, suffix: 'att', layers });
}
