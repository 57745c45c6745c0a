import type { StepOutputs } from '../build/build-result.ts';
import { bytesSource } from '../model/bytes.ts';
import { sha256Of } from '../model/digest.ts';
import { prettyJson, type JsonObject } from '../model/json.ts';
import type { Plan } from '../plan/document.ts';
import type { Store } from '../store/store.ts';
import { formatChecksums } from './checksums.ts';
import type { ReleaseContent } from './contents.ts';
import type { Release } from './document.ts';
import { finishRelease, type ReleaseSigning } from './finish-release.ts';
import { checkDestination, openDestination, recoverDestination, replaceDirectory } from './replace-directory.ts';
import type { Destination } from './replace-directory.ts';
import { writeContents } from './write-contents.ts';
import { isWritten, rememberWritten } from './written-release.ts';
import { removeTree } from '../store/remove-tree.ts';

/** What {@link writeRelease} takes. */
export interface WriteReleaseOptions {
  readonly store: Store;
  /** The directory of the release. */
  readonly output: string;
  /** Who signs it. @default nobody */
  readonly signing?: ReleaseSigning | undefined;
  /** Stops before the release is put in its place. */
  readonly signal?: AbortSignal;
}

/**
 * Writes what a build made as a release: beside the destination and then renamed into place, so that the old release is
 * there until the new one is whole. Nothing is written when the destination already is this release, untouched.
 *
 * We do not wait for the disk: after a power loss `verify` tells whether a release is whole, and the next run writes it
 * again.
 *
 * @throws what the signers throw; OUTPUT_NOT_A_RELEASE, FILE_COLLISION, DISK_FULL, PERMISSION_DENIED, STORE_CORRUPT, CANCELLED; the old release
 *   is then as it was
 */
export async function writeRelease(
  plan: Plan,
  outputs: ReadonlyMap<string, StepOutputs>,
  options: WriteReleaseOptions,
): Promise<Release> {
  const { store, signing, signal } = options;
  const destination = await openDestination(options.output);
  const write = async (): Promise<Release> => {
    await recoverDestination(destination);
    const { release, contents } = await finishRelease(plan, outputs, { store, signing });
    const about = await aboutFiles(release, contents, signing);
    if (await isWritten(store, destination.output, about)) return release;
    await checkDestination(destination);
    await writeBeside(destination, [...contents, ...about], options);
    await replaceDirectory(destination);
    await rememberWritten(store, destination.output, about);
    return release;
  };
  return store.exclusive(sha256Of(`release ${destination.output}`), write, signal);
}

/** The files that cannot be listed in release.json: itself, the sums of everything, and their signature. */
async function aboutFiles(
  release: Release,
  contents: readonly ReleaseContent[],
  signing: ReleaseSigning | undefined,
): Promise<readonly ReleaseContent[]> {
  const releaseFile = aboutFile('release.json', prettyJson(release as unknown as JsonObject));
  const text = formatChecksums([...contents, releaseFile]);
  const sums = aboutFile('SHA256SUMS', text);
  const signature = await signing?.openPgp?.signArmored(bytesSource(text));
  return [releaseFile, sums, ...(signature === undefined ? [] : [aboutFile('SHA256SUMS.asc', signature)])];
}

function aboutFile(file: string, text: string): ReleaseContent {
  return { file, path: '', text, sha256: sha256Of(text), size: Buffer.byteLength(text) };
}

async function writeBeside(
  destination: Destination,
  contents: readonly ReleaseContent[],
  { store, signal }: WriteReleaseOptions,
): Promise<void> {
  try {
    await writeContents(destination.fresh, contents, store, signal);
  } catch (error) {
    await removeTree(destination.fresh);
    throw error;
  }
}
