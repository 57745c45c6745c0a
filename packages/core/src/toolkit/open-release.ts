import { mkdtemp, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isOciAddress } from '../model/image-reference.ts';
import { ifExists } from '../store/fs-error.ts';
import { removeTree } from '../store/remove-tree.ts';

/** A release in a directory, until it is disposed. */
export interface OpenedRelease extends AsyncDisposable {
  readonly directory: string;
}

/** What {@link openRelease} takes. */
export interface OpenReleaseOptions {
  /** The directory of the release that a bundle without all of it counts on. */
  readonly old?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens a release wherever it is: a directory as it is; a bundle or what an `oci://` address names in a temporary
 * directory.
 *
 * @throws RELEASE_NOT_FOUND, RELEASE_INVALID, FORMAT_INVALID, DIGEST_MISMATCH, NAME_INVALID, DISK_FULL, CANCELLED; what
 *   registries throw
 */
export async function openRelease(place: string, options: OpenReleaseOptions = {}): Promise<OpenedRelease> {
  if (isOciAddress(place)) {
    const { pullRelease } = await import('../publish/pull-release.ts');
    return inTemporary((output) => pullRelease(place, { output, signal: options.signal }));
  }
  if ((await ifExists(stat(place)))?.isFile() === true) {
    const { loadBundle } = await import('../publish/load-bundle.ts');
    return inTemporary((output) => loadBundle({ bundle: place, output, ...options }));
  }
  return { directory: place, [Symbol.asyncDispose]: async () => {} };
}

async function inTemporary(fill: (output: string) => Promise<unknown>): Promise<OpenedRelease> {
  const dir = await mkdtemp(join(tmpdir(), 'distrokit-release-'));
  const dispose = (): Promise<void> => removeTree(dir);
  try {
    const directory = join(dir, 'release');
    await fill(directory);
    return { directory, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}
