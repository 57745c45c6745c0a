import type { OciDescriptor } from '../../formats/oci/documents.ts';
import { MANIFEST_TYPE } from '../../formats/oci/media-types.ts';
import { sha256Of } from '../../model/digest.ts';
import { canonicalJson, type JsonObject } from '../../model/json.ts';

/** Content with its descriptor. */
export interface OciContent {
  readonly descriptor: OciDescriptor;
  readonly content: Uint8Array;
}

/**
 * Something that is attached to an image or index, as pure data: put the blobs into a layout or registry, then the
 * manifest, under its tag. Registries list it among the referrers of its subject; the tag is for those that cannot.
 */
export interface AttachedManifest extends OciContent {
  readonly descriptor: OciDescriptor & { readonly artifactType: string };
  /** Such as `sha256-<digest>.sig`, as cosign names it. */
  readonly tag: string;
  /** What the manifest names: its configuration and its layers. */
  readonly blobs: readonly OciContent[];
}

/** What {@link attachedManifest} takes. */
export interface AttachOptions {
  /** The image or index that it is about. */
  readonly subject: OciDescriptor;
  readonly artifactType: string;
  /** The end of the tag: `sig` or `att`. */
  readonly suffix: string;
  readonly layers: readonly {
    readonly mediaType: string;
    readonly content: Uint8Array;
    readonly annotations: Readonly<Record<string, string>>;
  }[];
}

/** One manifest for both ways to find it: cosign takes it by its tag and as a referrer. */
export function attachedManifest({ subject, artifactType, suffix, layers }: AttachOptions): AttachedManifest {
  const blobs = layers.map(({ mediaType, content, annotations }) => ociContent(mediaType, content, annotations));
  const rootfs = { type: 'layers', diff_ids: blobs.map(({ descriptor }) => descriptor.digest) };
  // The type of the configuration is what tells an artifact's kind where `artifactType` is not read.
  const config = ociContent(artifactType, canonicalJson({ architecture: '', os: '', config: {}, rootfs }));
  const { mediaType, digest, size } = subject;
  const manifest = {
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    artifactType,
    config: config.descriptor,
    layers: blobs.map(({ descriptor }) => descriptor),
    subject: { mediaType, digest, size },
  };
  const written = ociContent(MANIFEST_TYPE, canonicalJson(manifest as unknown as JsonObject));
  return {
    descriptor: { ...written.descriptor, artifactType },
    content: written.content,
    tag: `${digest.replace(':', '-')}.${suffix}`,
    blobs: [config, ...blobs],
  };
}

function ociContent(
  mediaType: string,
  content: string | Uint8Array,
  annotations?: Readonly<Record<string, string>>,
): OciContent {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  const descriptor = { mediaType, digest: `sha256:${sha256Of(bytes)}`, size: bytes.length };
  return { descriptor: annotations === undefined ? descriptor : { ...descriptor, annotations }, content: bytes };
}
