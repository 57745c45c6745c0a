import { join } from 'node:path';
import { DistroError } from '../errors/distro-error.ts';
import type { Release } from '../release/document.ts';
import { imageName, IMAGES } from '../release/image-contents.ts';
import { ATTESTATION_ARTIFACT } from '../supply-chain/signing/attest-image.ts';
import { SIGNATURE_ARTIFACT } from '../supply-chain/signing/sign-image.ts';
import { openLayoutDirectory, type LayoutDirectory, type LayoutRoot } from '../registry/layout-directory.ts';
import type { Descriptor } from '../registry/content.ts';

/** An image of a release, and the repository and tag that it gets. */
export interface ReleaseImageRoot {
  readonly descriptor: Descriptor;
  /** The path below the registry that is pushed to. */
  readonly repository: string;
  readonly tag: string;
}

/** The images of a release directory, by the names that its manifests call them. */
export async function releaseImages(
  directory: string,
  { distro, images }: Release,
): Promise<{ readonly layout: LayoutDirectory; readonly roots: readonly ReleaseImageRoot[] }> {
  const layout = openLayoutDirectory(join(directory, IMAGES));
  const named = new Map<string, LayoutRoot>();
  for (const root of images.length === 0 ? [] : await layout.roots())
    for (const name of root.names) named.set(name, root);
  const roots = images.map(({ name, tag, path }) => {
    const root = named.get(imageName(distro.registry, { name, tag }));
    const repository = imageRepository(distro.registry, name);
    if (root !== undefined) return { descriptor: root.descriptor, repository, tag };
    throw new DistroError('RELEASE_INVALID', `the layout has no image ${name}:${tag}`, { path });
  });
  return { layout, roots };
}

/** Where an image goes below a registry: that of a distribution may have a path, which stays in front of its images. */
export function imageRepository(registry: string, name: string): string {
  return `${registry.replace(/^[^/]*\/?/u, '')}/${name}`.replace(/^\//u, '');
}

/** The tag under which cosign looks for what is attached to an image; undefined for what it does not look for. */
export function attachedTag(subject: string, artifactType: string | undefined): string | undefined {
  const suffix = artifactType === undefined ? undefined : SUFFIXES.get(artifactType);
  return suffix === undefined ? undefined : `${subject.replace(':', '-')}.${suffix}`;
}

const SUFFIXES: ReadonlyMap<string, string> = new Map([
  [SIGNATURE_ARTIFACT, 'sig'],
  [ATTESTATION_ARTIFACT, 'att'],
]);
