import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DistroError } from '../errors/distro-error.ts';
import { parseOciAddress } from '../model/image-reference.ts';
import { copyGraph } from '../registry/copy-graph.ts';
import { openLayoutDirectory } from '../registry/layout-directory.ts';
import { openRegistry } from '../registry/open-registry.ts';
import type { RegistryOptions } from '../registry/options.ts';
import type { Registry } from '../registry/registry.ts';
import type { Release } from '../release/document.ts';
import { removeTree } from '../store/remove-tree.ts';
import { RELEASE_TYPES } from './release-artifact.ts';
import { imageRepository } from './release-images.ts';
import { unpackRelease, type ImageBlobs } from './unpack-release.ts';

/** What {@link pullRelease} takes. */
export interface PullReleaseOptions {
  /** The directory of the release; one that exists is replaced, if it is a release or empty. */
  readonly output: string;
  readonly registry?: RegistryOptions | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Gives the directory of a release back from the registry that it was published to, everything checked by digest.
 *
 * @throws NAME_INVALID; RELEASE_NOT_FOUND when there is no such tag, or it is no release; RELEASE_INVALID,
 *   DIGEST_MISMATCH, OUTPUT_NOT_A_RELEASE, CANCELLED; what registries throw
 */
export async function pullRelease(address: string, options: PullReleaseOptions): Promise<Release> {
  const { output, signal } = options;
  const { registry: host, repository: path, tag, digest } = parseOciAddress(address);
  await using registry = openRegistry(host, options.registry);
  const repository = registry.repository(path);
  const manifest = await repository.resolve(digest ?? tag ?? 'latest', { signal });
  if (manifest === undefined) throw notFound(address, 'there is nothing');
  const { bytes } = await repository.manifests.get(manifest.digest, { signal });
  const { artifactType } = JSON.parse(Buffer.from(bytes).toString()) as { readonly artifactType?: unknown };
  if (artifactType !== RELEASE_TYPES.artifact) throw notFound(address, 'what is there is no release');
  const prefix = path.slice(0, path.lastIndexOf('/') + 1);
  const layout = await mkdtemp(join(tmpdir(), 'distrokit-pull-'));
  try {
    return await unpackRelease(manifest, {
      artifact: repository,
      images: (release) => pullImages(registry, prefix, release, { layout, signal }),
      output,
      signal,
    });
  } finally {
    await removeTree(layout);
  }
}

/** Takes the images, with what is attached to them, into a layout first: a registry gives blobs by repository only. */
async function pullImages(
  registry: Registry,
  prefix: string,
  { distro, images }: Release,
  { layout, signal }: { readonly layout: string; readonly signal: AbortSignal | undefined },
): Promise<ImageBlobs> {
  const sink = openLayoutDirectory(layout);
  for (const image of images) {
    const source = registry.repository(`${prefix}${imageRepository(distro.registry, image.name)}`);
    const descriptor = await source.resolve(image.digest, { signal });
    if (descriptor === undefined)
      throw notFound(`${source.name}@${image.digest}`, 'an image of the release is missing');
    await copyGraph(source, sink, [{ descriptor, tags: [`${image.name}:${image.tag}`] }], { signal });
  }
  return (id) => sink.tryRead({ ...id, mediaType: '' });
}

function notFound(address: string, why: string): DistroError {
  return new DistroError('RELEASE_NOT_FOUND', `${address}: ${why}`, { hint: 'name what `distrokit publish` printed' });
}
