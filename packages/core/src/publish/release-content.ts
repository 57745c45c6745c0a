import { join } from 'node:path';
import type { ContentSource, Descriptor, OciBlob } from '../registry/content.ts';
import { fileSource } from '../store/file-bytes.ts';
import { IMAGE_BLOBS, releaseArtifact, type ReleaseArtifact } from './release-artifact.ts';

/** A release directory as content by digest: its artifact and its images. */
export interface ReleaseContent extends ContentSource, ReleaseArtifact {
  /** Every blob of the release and its images by digest. */
  readonly all: ReadonlyMap<string, OciBlob>;
}

/**
 * Reads a release directory as content.
 *
 * @throws RELEASE_NOT_FOUND, RELEASE_INVALID, PERMISSION_DENIED
 */
export async function releaseContent(directory: string): Promise<ReleaseContent> {
  const artifact = await releaseArtifact(directory);
  const all = new Map(artifact.blobs);
  for (const { file, sha256 } of artifact.release.files) {
    if (file.startsWith(IMAGE_BLOBS)) all.set(`sha256:${sha256}`, await fileSource(join(directory, file)));
  }
  return {
    ...artifact,
    all,
    tryRead: async ({ digest }: Descriptor) => all.get(digest),
    // What refers to an image stands in the index of the layout, beside the images.
    referrers: async () => [],
  };
}
