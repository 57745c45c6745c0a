import type { Compression } from '../../model/target.ts';

/** The media types of the {@link https://github.com/opencontainers/image-spec/blob/v1.1.0/media-types.md image specification}. */
export const INDEX_TYPE = 'application/vnd.oci.image.index.v1+json';
/** One image for one platform. */
export const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';
/** How an image runs, and what its layers are uncompressed. */
export const CONFIG_TYPE = 'application/vnd.oci.image.config.v1+json';

/** A layer by how it is compressed. */
export const LAYER_TYPES: Readonly<Record<Compression, string>> = {
  gzip: 'application/vnd.oci.image.layer.v1.tar+gzip',
  zstd: 'application/vnd.oci.image.layer.v1.tar+zstd',
};
