import type { ContentSource } from '../registry/content.ts';
import type { Release } from '../release/document.ts';
import { openBundleFile } from './read-bundle.ts';
import { releaseContent } from './release-content.ts';
import { unpackRelease } from './unpack-release.ts';

/** What {@link loadBundle} takes. */
export interface LoadBundleOptions {
  readonly bundle: string;
  /** The directory of the release; one that exists is replaced, if it is a release or empty. */
  readonly output: string;
  /** The directory of the release that a bundle without all of it counts on. */
  readonly old?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Gives the directory of a release back from its bundle.
 *
 * @throws RELEASE_NOT_FOUND, RELEASE_INVALID, FORMAT_INVALID, DIGEST_MISMATCH, OUTPUT_NOT_A_RELEASE, DISK_FULL,
 *   PERMISSION_DENIED, CANCELLED
 */
export async function loadBundle({ bundle, output, old, signal }: LoadBundleOptions): Promise<Release> {
  await using opened = await openBundleFile(bundle);
  const older = old === undefined ? undefined : await releaseContent(old);
  const tryRead: ContentSource['tryRead'] = async (id) => (await opened.content.tryRead(id)) ?? older?.tryRead(id);
  return await unpackRelease(opened.manifest, {
    artifact: { ...opened.content, tryRead },
    images: async () => (id) => tryRead({ ...id, mediaType: '' }),
    output,
    signal,
  });
}
