import type { Release } from '../release/document.ts';
import { silent, type Reporter } from '../model/progress.ts';

/** What {@link load} takes. */
export interface LoadOptions {
  /** The file that `bundle` wrote. */
  readonly bundle: string;
  /** The directory of the release; one that exists is replaced, if it is a release or empty. */
  readonly output: string;
  /** The directory of the release that a bundle without all of it counts on. */
  readonly old?: string | undefined;
  /** Where images and release are pushed to, `oci://registry/path/name[:tag]`. @default nowhere */
  readonly registry?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly report?: Reporter | undefined;
}

/** What {@link load} made. */
export interface LoadResult {
  readonly release: Release;
  /** Where the release is in the registry, by its digest. */
  readonly address?: string;
}

/**
 * Unpacks a bundle at a site without a network: the release with its repositories to a directory, and its images to the
 * site's registry.
 *
 * @throws RELEASE_NOT_FOUND, RELEASE_INVALID, FORMAT_INVALID, DIGEST_MISMATCH, OUTPUT_NOT_A_RELEASE, PUBLISH_CONFLICT,
 *   DISK_FULL, PERMISSION_DENIED, CANCELLED; what registries throw
 */
export async function load(options: LoadOptions): Promise<LoadResult> {
  const { bundle, output, old, registry, signal, report = silent } = options;
  const { loadBundle } = await import('../publish/load-bundle.ts');
  report({ type: 'phase', phase: 'unpack' });
  const release = await loadBundle({ bundle, output, old, signal });
  if (registry === undefined) return { release };
  const { publishRegistry } = await import('../publish/publish-registry.ts');
  const { address } = await publishRegistry(registry, { directory: output, signal, report });
  return { release, address };
}
