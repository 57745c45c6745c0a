import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DistroError, type Problem } from '../errors/distro-error.ts';
import { MANIFEST_TYPE } from '../formats/oci/media-types.ts';
import { blobFile } from '../formats/oci/layout.ts';
import type { OciIndex } from '../formats/oci/documents.ts';
import type { Plan } from '../plan/document.ts';
import { parsePlan } from '../plan/plan-file.ts';
import type { ArchName } from '../model/arch.ts';
import type { Sha256 } from '../model/digest.ts';
import { checkDocuments } from './check-documents.ts';
import { checkReleaseDocuments, type ReferredDocuments } from './check-release-documents.ts';
import type { Release } from './document.ts';
import { documentedImages, documentedPackages } from './documented-subjects.ts';
import { IMAGES } from './image-contents.ts';
import type { VerifyContext } from './verify-context.ts';

/**
 * Checks that every package and every platform of an image has its SBOMs and its provenance, that they are about its
 * bytes, and that they hold what the plan says went into it. Signatures are checked elsewhere.
 */
export async function verifySupplyChain(context: VerifyContext): Promise<readonly Problem[]> {
  const { release, signal } = context;
  const planText = await readWhole('plan.json', context);
  const planFile = release.files.find(({ file }) => file === 'plan.json');
  // What is wrong with the plan itself is said elsewhere.
  if (planText === undefined || planFile === undefined) return [];
  const plan = tryPlan(planText);
  if (plan === undefined) return [];
  const manifests = await manifestDigests(release, context);
  const subjects = [
    ...documentedPackages(plan, release),
    ...documentedImages(plan, release, ({ name, tag, arch }) => manifests.get(`${name}:${tag} ${arch}`)),
  ];
  const problems: Problem[] = [];
  const referred: ReferredDocuments[] = [];
  for (const subject of subjects) {
    signal?.throwIfAborted();
    const { file } = subject;
    const [cyclonedx, spdx, statement, envelope] = await Promise.all(
      [
        `sbom/${file}.cdx.json`,
        `sbom/${file}.spdx.json`,
        `provenance/${file}.intoto.json`,
        `provenance/${file}.intoto.jsonl`,
      ].map((name) => readWhole(name, context)),
    );
    problems.push(...checkDocuments(subject, { cyclonedx, spdx, provenance: statement ?? envelope }, planFile.sha256));
    if (subject.contents !== undefined) referred.push({ file, cyclonedx, spdx });
  }
  const own = {
    cyclonedx: await readWhole('sbom/release.cdx.json', context),
    spdx: await readWhole('sbom/release.spdx.json', context),
  };
  return [...problems, ...checkReleaseDocuments(own, referred, plan.distro.tree.path)];
}

function tryPlan(text: string): Plan | undefined {
  try {
    return parsePlan(text, 'plan.json');
  } catch (error) {
    if (error instanceof DistroError) return undefined;
    throw error;
  }
}

/** The text of a file whose bytes are what the release says; undefined for one that is missing or damaged. */
async function readWhole(file: string, { directory, whole }: VerifyContext): Promise<string | undefined> {
  return whole.has(file) ? readFile(join(directory, file), 'utf8') : undefined;
}

/** The sha256 of each manifest by `name:tag arch`, from the indexes of the images. */
async function manifestDigests(release: Release, context: VerifyContext): Promise<ReadonlyMap<string, Sha256>> {
  const digests = new Map<string, Sha256>();
  for (const { name, tag, digest } of release.images) {
    const text = await readWhole(`${IMAGES}/${blobFile(digest.replace('sha256:', ''))}`, context);
    if (text === undefined) continue;
    const { manifests } = JSON.parse(text) as OciIndex;
    for (const { digest: manifest, platform, mediaType } of manifests) {
      if (mediaType !== MANIFEST_TYPE || platform === undefined) continue;
      digests.set(`${name}:${tag} ${platform.architecture as ArchName}`, manifest.replace('sha256:', ''));
    }
  }
  return digests;
}
