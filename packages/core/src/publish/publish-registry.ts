import { DistroError } from '../errors/distro-error.ts';
import { collect } from '../model/bytes.ts';
import { formatOciAddress, parseOciAddress } from '../model/image-reference.ts';
import { silent, type Reporter } from '../model/progress.ts';
import type { ContentSource, Descriptor } from '../registry/content.ts';
import { copyGraph, type CopySummary, type GraphRoot } from '../registry/copy-graph.ts';
import { MAX_MANIFEST, parseManifest } from '../registry/documents.ts';
import { isIndexType } from '../registry/media-types.ts';
import { openRegistry } from '../registry/open-registry.ts';
import type { RegistryOptions } from '../registry/options.ts';
import type { Repository } from '../registry/registry.ts';
import type { Release } from '../release/document.ts';
import { attachedTag, releaseImages, type ReleaseImageRoot } from './release-images.ts';
import { releaseContent } from './release-content.ts';

/** What {@link publishRegistry} takes. */
export interface PublishRegistryOptions {
  /** The directory of the release, which was verified. */
  readonly directory: string;
  /** Only work out what would be done. @default false */
  readonly dryRun?: boolean | undefined;
  readonly registry?: RegistryOptions | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly report?: Reporter | undefined;
}

/** What publishing to a registry did, or will do. */
export interface RegistryPublication {
  readonly release: Release;
  /** Where the release is, by its digest. */
  readonly address: string;
  /** Where its images are. */
  readonly images: readonly string[];
  /** True when the release was there already. */
  readonly isPublished: boolean;
  /** Absent when nothing was sent. */
  readonly sent?: CopySummary;
}

/**
 * Publishes a release to a registry: each image, with what is attached to it, to a repository of its own below the one
 * that holds the release's, then the release itself as an artifact. `oci://registry.example/team/harbor` puts the release
 * there with its version as the tag, and its images at `registry.example/team/<image>`.
 *
 * @throws NAME_INVALID; PUBLISH_CONFLICT when the tag names another release; what registries throw
 */
export async function publishRegistry(address: string, options: PublishRegistryOptions): Promise<RegistryPublication> {
  const { directory, signal, report = silent } = options;
  const content = await releaseContent(directory);
  const { release, manifest } = content;
  const { layout, roots } = await releaseImages(directory, release);
  const { registry: host, repository: path, tag = release.distro.version } = parseOciAddress(address);
  const prefix = path.slice(0, path.lastIndexOf('/') + 1);
  await using registry = openRegistry(host, options.registry);
  const repository = registry.repository(path);
  const isPublished = await checkTag(repository, tag, manifest, release);
  const publication: RegistryPublication = {
    release,
    address: formatOciAddress({ registry: host, repository: path, digest: manifest.digest }),
    images: roots.map((root) => `${host}/${prefix}${root.repository}:${root.tag}`),
    isPublished,
  };
  if (options.dryRun === true) return publication;

  report({ type: 'phase', phase: 'publish', total: roots.length + 1 });
  const summaries: CopySummary[] = [];
  const pushed: string[] = [];
  const push = async (
    source: ContentSource,
    target: string,
    title: string,
    graph: readonly GraphRoot[],
  ): Promise<void> => {
    const step = { id: title, path: release.distro.name, title };
    const begin = performance.now();
    report({ type: 'step-start', ...step });
    summaries.push(await copyGraph(source, registry.repository(target), graph, { signal, mountFrom: pushed }));
    pushed.push(target);
    report({ type: 'step-end', ...step, ms: performance.now() - begin, cached: false });
  };
  for (const root of roots) {
    await push(
      layout,
      `${prefix}${root.repository}`,
      `image ${root.repository}:${root.tag}`,
      await graphOf(layout, root),
    );
  }
  await push(content, path, `release ${tag}`, [{ descriptor: manifest, tags: [tag] }]);
  return { ...publication, sent: sumOf(summaries) };
}

async function checkTag(
  repository: Repository,
  tag: string,
  { digest }: Descriptor,
  { distro }: Release,
): Promise<boolean> {
  const found = await repository.resolve(tag);
  if (found === undefined || found.digest === digest) return found !== undefined;
  const message = `${repository.name}:${tag} is another release of ${distro.name} (${found.digest}, not ${digest})`;
  const hint = 'raise the version: what is published under one never changes';
  throw new DistroError('PUBLISH_CONFLICT', message, { hint });
}

/** An image with its tag, and what is attached to it and to each of its platforms under the tags that cosign looks for. */
async function graphOf(layout: ContentSource, { descriptor, tag }: ReleaseImageRoot): Promise<readonly GraphRoot[]> {
  const attached: GraphRoot[] = [];
  for (const subject of [descriptor, ...(await platformsOf(layout, descriptor))]) {
    for (const referrer of await layout.referrers(subject.digest)) {
      const name = attachedTag(subject.digest, referrer.artifactType);
      if (name !== undefined) attached.push({ descriptor: referrer, tags: [name] });
    }
  }
  return [{ descriptor, tags: [tag] }, ...attached];
}

async function platformsOf(layout: ContentSource, index: Descriptor): Promise<readonly Descriptor[]> {
  const content = isIndexType(index.mediaType) ? await layout.tryRead(index) : undefined;
  if (content === undefined) return [];
  return parseManifest(await collect(content.read(), MAX_MANIFEST), index.mediaType, index.digest).children;
}

function sumOf(summaries: readonly CopySummary[]): CopySummary {
  const sum = (field: keyof CopySummary): number => summaries.reduce((total, each) => total + each[field], 0);
  return { copied: sum('copied'), mounted: sum('mounted'), existing: sum('existing'), bytes: sum('bytes') };
}
