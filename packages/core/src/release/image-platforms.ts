import { blobOf, type StepOutputs } from '../build/build-result.ts';
import type { ArchName } from '../model/arch.ts';
import type { Sha256 } from '../model/digest.ts';
import type { ContentRef } from '../model/package-spec.ts';
import type { DebianStep, ImageStep, LayerStep, Plan, StepKind, StepOf } from '../plan/document.ts';
import { isReference } from '../plan/references.ts';

/** One platform of an image as it is planned, and what is in it. */
export interface PlannedPlatform {
  /** In the distribution's registry, without a tag: `registry.harbor.example/coredns`. */
  readonly repository: string;
  /** The same below the registry: `coredns`. */
  readonly name: string;
  readonly tag: string;
  readonly arch: ArchName;
  readonly step: ImageStep;
  /** Files that other steps made, each where the uppermost layer has it. */
  readonly files: readonly { readonly path: string; readonly content: ContentRef }[];
  /** Debian packages whose files are in it. */
  readonly packages: readonly DebianStep[];
}

/** One platform of an image of the release. */
export interface ImagePlatform extends PlannedPlatform {
  /** Of its manifest. */
  readonly sha256: Sha256;
}

/** Every platform of every image of a release, in plan order. */
export function imagePlatforms(plan: Plan, outputs: ReadonlyMap<string, StepOutputs>): readonly ImagePlatform[] {
  return plannedPlatforms(plan).map((platform) => {
    const { sha256 } = blobOf(outputs, { step: platform.step.id, output: 'manifest' });
    return { ...platform, sha256 };
  });
}

/** Every platform of every image of a plan, in its order. */
export function plannedPlatforms(plan: Plan): readonly PlannedPlatform[] {
  const steps = new Map(plan.steps.map((step) => [step.id, step]));
  const find = <K extends StepKind>(kind: K, { step: id }: ContentRef): StepOf<K> => {
    const step = steps.get(id);
    if (step?.kind !== kind) throw new TypeError(`${id} is no step of kind ${kind}`);
    return step as StepOf<K>;
  };
  return plan.steps.flatMap((index) => {
    if (index.kind !== 'image-index') return [];
    const { name, tag } = index;
    return index.manifests.map(({ arch, ref }) => {
      const step = find('image', ref);
      const layers = step.layers.map(({ about }) => find('layer', about));
      const packages = layers.flatMap((layer) => layer.packages.map((deb) => find('debian', deb)));
      const repository = `${plan.distro.registry}/${name}`;
      return { repository, name, tag, arch, step, files: filesOf(layers), packages };
    });
  });
}

function filesOf(layers: readonly LayerStep[]): PlannedPlatform['files'] {
  const files = new Map<string, ContentRef>();
  for (const entry of layers.flatMap(({ entries }) => entries)) {
    // An upper layer's entry takes the place of a lower one's, whatever they are.
    files.delete(entry.path);
    if (entry.type === 'file' && isReference(entry.content)) files.set(entry.path, entry.content);
  }
  return [...files].map(([path, content]) => ({ path, content }));
}
