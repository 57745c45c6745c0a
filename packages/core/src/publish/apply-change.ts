import { bytesSource, type Blob } from '../model/bytes.ts';
import { sha256Of } from '../model/digest.ts';
import { eachLimited } from '../release/each-limited.ts';
import { DistroError } from '../errors/distro-error.ts';
import type { RepoChange, RepoFile, RepoReader } from '../repos/repo-change.ts';
import type { PublishTarget } from './publish-target.ts';
import type { TargetLock } from './target-lock.ts';

const CONCURRENCY = 8;

/** What {@link applyChange} takes. */
export interface ApplyChangeOptions {
  /** The directory of the repository in the target, with `/` at its end. */
  readonly root: string;
  /** The package files by sha256. */
  readonly packages: ReadonlyMap<string, Blob>;
  readonly lock: TargetLock;
  readonly signal?: AbortSignal | undefined;
}

/** A part of a target, such as one repository of a site. */
export function readerOf(target: PublishTarget, root: string): RepoReader {
  return { read: (path) => target.read(`${root}${path}`) };
}

/**
 * Writes a change of a repository in its order: packages, indexes, what clients look at first, and at last takes away
 * what nobody needs any more. Stopped anywhere, the repository is the old or the new one, and doing it again goes on.
 *
 * @throws PUBLISH_CONFLICT when the lock was lost, or a package's place holds other bytes; what the target throws
 */
export async function applyChange(
  target: PublishTarget,
  change: RepoChange,
  options: ApplyChangeOptions,
): Promise<void> {
  const { root, lock, signal } = options;
  const write = ({ path, content }: RepoFile): Promise<void> =>
    target.write(`${root}${path}`, { ...bytesSource(content), sha256: sha256Of(content) }, { signal });
  await eachLimited(change.pool, CONCURRENCY, (file) => writePackage(target, file, options));
  await eachLimited(change.indexes, CONCURRENCY, write);
  if (change.entries.length > 0) await lock.assertHeld();
  for (const entry of change.entries) await write(entry);
  await eachLimited(change.obsolete, CONCURRENCY, (path) => target.remove(`${root}${path}`));
}

async function writePackage(
  target: PublishTarget,
  { path, sha256, size }: RepoChange['pool'][number],
  { root, packages, signal }: ApplyChangeOptions,
): Promise<void> {
  const present = await target.describe(`${root}${path}`);
  if (present?.sha256 === sha256 && present.size === size) return;
  // No index names it yet, or there would have been a conflict: it is what a publication left that was cut short.
  const content = packages.get(sha256);
  if (content !== undefined) return target.write(`${root}${path}`, content, { signal });
  throw new DistroError('PUBLISH_CONFLICT', `${target.url}${root}${path} is not the package that the index names`, {
    hint: 'the repository was damaged: put the file back, or publish to a new place',
  });
}
