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
  /** Where the target has them already, by sha256, to be copied there instead of sent. @default nowhere */
  readonly placed?: ReadonlyMap<string, string>;
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
  { root, packages, placed, signal }: ApplyChangeOptions,
): Promise<void> {
  const name = `${root}${path}`;
  const present = await target.describe(name);
  if (present?.sha256 === sha256 && present.size === size) return;
  const same = placed?.get(sha256);
  if (present === undefined && same !== undefined) return target.copy(same, name);
  const content = packages.get(sha256);
  if (present === undefined && content !== undefined) return target.write(name, content, { signal });
  // Another suite may name it, or what a publication left that was cut short: either way it is not ours to replace.
  const found = present === undefined ? 'is missing' : `has sha256 ${present.sha256}, not ${sha256}`;
  throw new DistroError('PUBLISH_CONFLICT', `${target.url}/${name} ${found}`, {
    hint: 'raise the release of the package: a name never gets other bytes; a file that no index names can be removed',
  });
}
