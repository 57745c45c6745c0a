import { canonicalJson, type JsonObject } from '../../model/json.ts';
import type { OciDescriptor } from './documents.ts';
import { MANIFEST_TYPE } from './media-types.ts';

/** The configuration of what is no image: an empty object. See "Guidance for an Empty Descriptor" of the specification. */
export const EMPTY_TEXT = '{}';

/** The descriptor of {@link EMPTY_TEXT}. */
const EMPTY_DESCRIPTOR: OciDescriptor = {
  mediaType: 'application/vnd.oci.empty.v1+json',
  digest: 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
  size: 2,
};

/** What {@link referrerManifest} takes. */
export interface ReferrerOptions {
  /** The manifest that the document is about. */
  readonly subject: OciDescriptor;
  /** The document; its media type says what kind of artifact this is. */
  readonly document: OciDescriptor;
  readonly annotations?: Readonly<Record<string, string>>;
}

/**
 * The bytes of a manifest that attaches a document to an image: registries list it among the referrers of its subject.
 *
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.0/manifest.md#guidelines-for-artifact-usage
 */
export function referrerManifest({ subject, document, annotations }: ReferrerOptions): string {
  const manifest = {
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    artifactType: document.mediaType,
    config: EMPTY_DESCRIPTOR,
    layers: [document],
    subject,
    annotations,
  };
  // Documents are plain data; their interfaces lack the index signature that the type asks for.
  return canonicalJson(manifest as unknown as JsonObject);
}
