import type { OciDescriptor } from '../../formats/oci/documents.ts';
import { canonicalJson } from '../../model/json.ts';
import type { ImageSigner } from '../../model/signer.ts';
import { attachedManifest, type AttachedManifest } from './attached-manifest.ts';
import { bundleAnnotations } from './sigstore-bundle.ts';

/** The type of the manifest that holds the signature of an image. */
export const SIGNATURE_ARTIFACT = 'application/vnd.dev.cosign.artifact.sig.v1+json';
/** The type of what is signed. */
export const SIMPLE_SIGNING_TYPE = 'application/vnd.dev.cosign.simplesigning.v1+json';
/** Where the signature stands: an annotation of the layer. */
export const SIGNATURE_ANNOTATION = 'dev.cosignproject.cosign/signature';
/** What a payload says that it is. */
export const PAYLOAD_TYPE = 'cosign container image signature';

/** What is signed. */
export interface SignImageOptions {
  /** The image or index. */
  readonly image: OciDescriptor;
  /** The repository that it is published in, without a tag: `registry.harbor.example/coredns`. */
  readonly repository: string;
  readonly signer: ImageSigner;
}

/**
 * Signs an image or index the way cosign does. An index and the images in it are signed one by one.
 *
 * @throws what the signer throws
 * @see https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md
 */
export async function signImage({ image, repository, signer }: SignImageOptions): Promise<AttachedManifest> {
  const content = new TextEncoder().encode(
    canonicalJson({
      critical: {
        identity: { 'docker-reference': repository },
        image: { 'docker-manifest-digest': image.digest },
        type: PAYLOAD_TYPE,
      },
      optional: null,
    }),
  );
  const { signature, bundle } = await signer.sign(content);
  const annotations = {
    [SIGNATURE_ANNOTATION]: Buffer.from(signature).toString('base64'),
    ...(bundle === undefined ? {} : bundleAnnotations(bundle)),
  };
  const layers = [{ mediaType: SIMPLE_SIGNING_TYPE, content, annotations }];
  return attachedManifest({ subject: image, artifactType: SIGNATURE_ARTIFACT, suffix: 'sig', layers });
}
