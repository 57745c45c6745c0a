import type { StepOutputs } from '../build/build-result.ts';
import type { ImageSigner, OpenPgpSigner } from '../model/signer.ts';
import type { Plan } from '../plan/document.ts';
import type { Store } from '../store/store.ts';
import { checkSigner } from './check-signer.ts';
import { contentsOf, type ReleaseContent } from './contents.ts';
import { describeRelease } from './describe-release.ts';
import type { Release } from './document.ts';
import type { AttachedContents } from './image-contents.ts';
import { imageReferrers } from './image-referrers.ts';
import { repositoryContents } from './repositories.ts';
import { signImages } from './sign-images.ts';
import { signPackages } from './sign-packages.ts';
import { signProvenance } from './sign-provenance.ts';
import { supplyChainFiles } from './supply-chain-files.ts';

/** Who signs a release; what nobody signs stays unsigned. */
export interface ReleaseSigning {
  /** Signs rpms, repositories and SHA256SUMS. */
  readonly openPgp?: OpenPgpSigner | undefined;
  /** Signs images and provenance. */
  readonly images?: ImageSigner | undefined;
}

/** A release that is ready to be written. */
export interface FinishedRelease {
  readonly release: Release;
  /** Every file of it but release.json and SHA256SUMS, sorted by name. */
  readonly contents: readonly ReleaseContent[];
}

/**
 * Makes a release of what a build made: signs packages, describes what they are made of, attaches it to the images, and
 * lays out the repositories. The same build, signed by the same keys, gives the same release.
 *
 * @throws what the signers throw; STORE_CORRUPT, DISK_FULL
 */
export async function finishRelease(
  plan: Plan,
  built: ReadonlyMap<string, StepOutputs>,
  { store, signing = {} }: { readonly store: Store; readonly signing?: ReleaseSigning | undefined },
): Promise<FinishedRelease> {
  const { openPgp, images } = signing;
  if (openPgp !== undefined) await checkSigner(plan, built, { store, signer: openPgp });
  const outputs = openPgp === undefined ? built : await signPackages(plan, built, { store, signer: openPgp });
  const documents = await supplyChainFiles(plan, { outputs, store });
  const attested = images === undefined ? documents : await signProvenance(documents, { store, signer: images });
  const { referrers, contents: referring } = await imageReferrers(plan, outputs, attested, store);
  const signatures: AttachedContents =
    images === undefined ? { manifests: [], contents: [] } : await signImages(plan, outputs, images);
  const contents = await contentsOf(plan, outputs, store, {
    attached: {
      manifests: [...referrers.map(({ descriptor }) => descriptor), ...signatures.manifests],
      contents: [...referring, ...signatures.contents],
    },
    contents: [
      ...attested.map(({ mediaType: _type, subject: _subject, ...content }) => content),
      ...(await repositoryContents(plan, outputs, { store, signer: openPgp })),
    ],
  });
  return { release: describeRelease(plan, outputs, contents), contents };
}
