import type { Sha256 } from '../model/digest.ts';
import type { PackageStep, Plan } from '../plan/document.ts';
import { isReference } from '../plan/references.ts';
import type { ResourceDescriptor } from '../supply-chain/provenance/statement.ts';
import type { Release } from './document.ts';
import { createMaterials } from './materials.ts';

/** What the documents about something of a release must say. */
export interface DocumentedSubject {
  /** What the names of its documents begin with, below `sbom/` and `provenance/`. */
  readonly file: string;
  readonly sha256: Sha256;
  /** The construct that made it. */
  readonly path: string;
  /** The files in it that steps of the plan made; the sha256 of those that release.json tells. */
  readonly contents: readonly { readonly path: string; readonly sha256?: Sha256 }[];
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
    return [{ file, sha256, path, contents: contentsOf(step, binaries), materials: materials(step.id) }];
  });
}

function contentsOf({ spec }: PackageStep, binaries: ReadonlyMap<string, Sha256>): DocumentedSubject['contents'] {
  return spec.files.flatMap((file) => {
    if (file.type !== 'file' || !isReference(file.content)) return [];
    const sha256 = binaries.get(`${file.content.step}\n${file.content.output}`);
    return [{ path: file.path, ...(sha256 === undefined ? {} : { sha256 }) }];
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
