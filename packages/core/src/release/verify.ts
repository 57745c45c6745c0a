import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DistroError, problemsOf, type Problem } from '../errors/distro-error.ts';
import { compareText } from '../model/json.ts';
import { silent, type Reporter } from '../model/progress.ts';
import { ifExists } from '../store/fs-error.ts';
import type { Release } from './document.ts';
import { readRelease } from './read-release.ts';
import type { VerifyContext } from './verify-context.ts';
import { verifyDocuments } from './verify-documents.ts';
import { verifyFiles } from './verify-files.ts';
import { verifyImages } from './verify-images.ts';
import { verifyManifests } from './verify-manifests.ts';
import { verifyPackages } from './verify-packages.ts';
import { verifyReferences } from './verify-references.ts';
import { verifyRepositories } from './verify-repositories.ts';
import { verifySignatures, type TrustedKeys } from './verify-signatures.ts';
import { verifySupplyChain } from './verify-supply-chain.ts';

/** What {@link verifyRelease} takes. */
export interface VerifyOptions {
  readonly report?: Reporter;
  readonly signal?: AbortSignal;
  /** Whose signatures count. @default signatures are not looked at */
  readonly keys?: TrustedKeys;
}

/**
 * Checks a release directory against itself: every digest, every package, image, repository, manifest, SBOM and provenance,
 * and what they say of each other; with keys, every signature too. Returns every problem, each naming the file and the construct; none when the release is
 * whole.
 *
 * @throws RELEASE_NOT_FOUND, PERMISSION_DENIED, CANCELLED
 */
export async function verifyRelease(directory: string, options: VerifyOptions = {}): Promise<readonly Problem[]> {
  const { report = silent, signal, keys = {} } = options;
  const release = await tryReadRelease(directory);
  if (!('distro' in release)) return release;
  report({ type: 'phase', phase: 'verify', total: release.files.length });
  const sums = (await ifExists(readFile(join(directory, 'SHA256SUMS'), 'utf8'))) ?? '';
  try {
    const files = await verifyFiles({ directory, release, sums, report, signal });
    const context: VerifyContext = { directory, release, whole: files.whole, signal };
    const found = await Promise.all([
      verifyPackages(context),
      verifyImages(context),
      verifyManifests(context),
      verifyReferences(context),
      verifyDocuments(context),
      verifyRepositories(context),
      verifySupplyChain(context),
      verifySignatures(context, keys),
    ]);
    return [...files.problems, ...found.flat()].sort((a, b) => compareText(a.message, b.message));
  } catch (error) {
    if (signal?.aborted === true) throw new DistroError('CANCELLED', 'stopped while the release was verified');
    throw error;
  }
}

async function tryReadRelease(directory: string): Promise<Release | readonly Problem[]> {
  try {
    return await readRelease(directory);
  } catch (error) {
    const problems = problemsOf(error);
    if (problems.every(({ code }) => code === 'RELEASE_INVALID')) return problems;
    throw error;
  }
}
