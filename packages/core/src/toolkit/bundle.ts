import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DistroError } from '../errors/distro-error.ts';
import { silent, type Reporter } from '../model/progress.ts';
import type { Release } from '../release/document.ts';
import { withFsErrors } from '../store/fs-error.ts';
import { makeDirectory } from '../store/make-directory.ts';

/** What {@link bundle} takes. */
export interface BundleOptions {
  /** The directory of the release. */
  readonly release: string;
  /** The file to write; one that exists is replaced. */
  readonly output: string;
  /** The directory of a release that the site has: what it holds is left out. */
  readonly minus?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly report?: Reporter | undefined;
}

/** What {@link bundle} made. */
export interface BundleResult {
  readonly release: Release;
  /** Bytes of the file. */
  readonly size: number;
  /** Blobs in it. */
  readonly blobs: number;
  /** Blobs that were left out. */
  readonly left: number;
}

/**
 * Writes a release with its images, repositories and everything else as one file, for a site without a network. The file
 * appears whole or not at all, and the same release gives the same bytes.
 *
 * @throws RELEASE_NOT_FOUND, RELEASE_INVALID, DISK_FULL, PERMISSION_DENIED, CANCELLED
 */
export async function bundle(options: BundleOptions): Promise<BundleResult> {
  const { release, output, minus, signal, report = silent } = options;
  const { openBundle } = await import('../publish/write-bundle.ts');
  const made = await openBundle(release, minus === undefined ? {} : { minus });
  const unfinished = `${output}.unfinished`;
  const step = { id: 'bundle', path: made.release.distro.name, title: 'write the bundle' };
  report({ type: 'phase', phase: 'bundle', total: 1 });
  report({ type: 'step-start', ...step });
  const begin = performance.now();
  await withFsErrors(output, async () => {
    await makeDirectory(dirname(output));
    try {
      await writeWhole(unfinished, made.read(), (done) => {
        if (signal?.aborted === true) throw new DistroError('CANCELLED', 'stopped while the bundle was written');
        report({ type: 'step-progress', id: step.id, done, total: made.size });
      });
      await rename(unfinished, output);
    } finally {
      await rm(unfinished, { force: true });
    }
  });
  report({ type: 'step-end', ...step, ms: performance.now() - begin, cached: false });
  return { release: made.release, size: made.size, blobs: made.blobs, left: made.left };
}

async function writeWhole(
  file: string,
  content: AsyncIterable<Uint8Array>,
  onWritten: (done: number) => void,
): Promise<void> {
  const handle = await open(file, 'w', 0o644);
  try {
    let done = 0;
    for await (const chunk of content) {
      await handle.write(chunk);
      done += chunk.length;
      onWritten(done);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}
