import { INDEX_TYPE, MANIFEST_TYPE } from '../formats/oci/media-types.ts';

/** What docker calls the same documents; older images have these names. */
const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
const DOCKER_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';

const INDEXES: ReadonlySet<string> = new Set([INDEX_TYPE, DOCKER_LIST]);
const IMAGES: ReadonlySet<string> = new Set([MANIFEST_TYPE, DOCKER_MANIFEST]);

/** What a registry is told that we take. */
export const MANIFEST_TYPES: readonly string[] = [MANIFEST_TYPE, INDEX_TYPE, DOCKER_MANIFEST, DOCKER_LIST];

/** True for content that a registry keeps as a manifest, not as a blob. */
export function isManifestType(mediaType: string): boolean {
  return isIndexType(mediaType) || IMAGES.has(mediaType);
}

/** True for a list of manifests. */
export function isIndexType(mediaType: string): boolean {
  return INDEXES.has(mediaType);
}
