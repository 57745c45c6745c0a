import type { ArchName } from '../model/arch.ts';
import type { Sha256 } from '../model/digest.ts';
import type { PackageStep, Plan } from '../plan/document.ts';
import { isReference } from '../plan/references.ts';
import type { ResourceDescriptor } from '../supply-chain/provenance/statement.ts';
import type { Release } from './document.ts';
import { plannedPlatforms, type PlannedPlatform } from './image-platforms.ts';
import { createMaterials } from './materials.ts';

/** What the documents about something of a release must say. */
export interface DocumentedSubject {
  /** What the names of its documents begin with, below `sbom/` and `provenance/`. */
  readonly file: string;
  readonly sha256: Sha256;
  /** The construct that made it. */
  readonly path: string;
  /**
   * The files in it that steps of the plan made; the sha256 of those that release.json tells. Absent for an image's
   * index, which has no SBOM: its manifests have.
   */
  readonly contents?: readonly { readonly path: string; readonly sha256?: Sha256 }[];
  /** Everything from outside that went into it. */
  readonly materials: readonly ResourceDescriptor[];
}

/** Every package of a release by what its plan says of it. */
export function documentedPackages(plan: Plan, release: Release): readonly DocumentedSubject[] {
  const materials = createMaterials(plan);
  const binaries = binaryDigests(plan, release);
  const steps = new Map(plan.steps.flatMap((step) => (step.kind === 'package' ? [[step.file, step] as const] : [])));
  return release.packages.flatMap(({ file, sha256, path }) => {
    const step = steps.get(file);
    if (step === undefined) return [];
    const contents = contentsOf(filesOf(step), binaries);
    return [{ file, sha256, path, contents, materials: materials(step.id) }];
  });
}

/**
 * Every image, and every platform of it, by what the plan says of it; `digestOf` gives the sha256 of its manifest, where the
 * image's index has it.
 */
export function documentedImages(
  plan: Plan,
  release: Release,
  digestOf: (image: { readonly name: string; readonly tag: string; readonly arch: ArchName }) => Sha256 | undefined,
): readonly DocumentedSubject[] {
  const materials = createMaterials(plan);
  const binaries = binaryDigests(plan, release);
  const platforms = plannedPlatforms(plan).flatMap((image): readonly DocumentedSubject[] => {
    const sha256 = digestOf(image);
    if (sha256 === undefined) return [];
    const { name, arch, step, files } = image;
    const contents = contentsOf(files, binaries);
    return [{ file: `images/${name}/${arch}`, sha256, path: step.path, contents, materials: materials(step.id) }];
  });
  const steps = plan.steps.filter((step) => step.kind === 'image-index');
  const indexes = release.images.flatMap(({ name, tag, digest, path }): readonly DocumentedSubject[] => {
    const step = steps.find((candidate) => candidate.name === name && candidate.tag === tag);
    if (step === undefined) return [];
    const sha256 = digest.replace('sha256:', '');
    return [{ file: `images/${name}/index`, sha256, path, materials: materials(step.id) }];
  });
  return [...platforms, ...indexes];
}

function filesOf({ spec }: PackageStep): PlannedPlatform['files'] {
  return spec.files.flatMap((file) =>
    file.type === 'file' && isReference(file.content) ? [{ path: file.path, content: file.content }] : [],
  );
}

function contentsOf(
  files: PlannedPlatform['files'],
  binaries: ReadonlyMap<string, Sha256>,
): NonNullable<DocumentedSubject['contents']> {
  return files.map(({ path, content }) => {
    const sha256 = binaries.get(`${content.step}\n${content.output}`);
    return { path, ...(sha256 === undefined ? {} : { sha256 }) };
  });
}

/** By the step and output that made each. */
function binaryDigests(plan: Plan, release: Release): ReadonlyMap<string, Sha256> {
  const made = new Map(
    release.components.flatMap(({ name: component, binaries }) =>
      binaries.map(({ arch, name, sha256 }) => [`${component}\n${arch}\n${name}`, sha256] as const),
    ),
  );
  return new Map(
    plan.distro.components.flatMap(({ name: component, binaries }) =>
      binaries.flatMap(({ arch, name, ref }) => {
        const sha256 = made.get(`${component}\n${arch}\n${name}`);
        return sha256 === undefined ? [] : [[`${ref.step}\n${ref.output}`, sha256] as const];
      }),
    ),
  );
}
