import { blobOf, type StepOutputs } from '../build/build-result.ts';
import { imagesOf } from '../manifests/images.ts';
import { packageVersion } from '../model/package-spec.ts';
import { formatPlatform, platformOf } from '../formats/oci/platform.ts';
import type { ImageIndexStep, PackageStep, Plan, Step } from '../plan/document.ts';
import { withDigests } from '../plan/image-digests.ts';
import type { ReleaseContent } from './contents.ts';
import { imageFiles } from './image-contents.ts';
import type { Release, ReleaseAddOn, ReleaseComponent, ReleasePackage } from './document.ts';

/** What `release.json` says: the distribution of the plan with what its steps made. */
export function describeRelease(
  plan: Plan,
  outputs: ReadonlyMap<string, StepOutputs>,
  contents: readonly ReleaseContent[],
): Release {
  const { name, version, channel, vendor, date, registry, targets, advisories, arches, kernel, drivers } = plan.distro;
  const steps = new Map(plan.steps.map((step) => [step.id, step]));
  const files = Map.groupBy(contents, ({ step }) => step);
  const filesOf = (step: string | undefined): readonly string[] =>
    step === undefined ? [] : (files.get(step) ?? []).map(({ file }) => file);

  return {
    schemaVersion: 1,
    distro: { name, version, channel, vendor, date, registry, targets, ...(advisories && { advisories }) },
    kernel: { version: kernel.version, components: kernel.components, path: kernel.path },
    arches,
    components: plan.distro.components.map((component) => describeComponent(component, outputs)),
    packages: plan.steps.flatMap((step) => (step.kind === 'package' ? [describePackage(step, outputs)] : [])),
    images: plan.steps.flatMap((step) => (step.kind === 'image-index' ? [describeImage(plan, step, outputs)] : [])),
    addOns: plan.distro.addOns.map(({ step, ...addOn }) => ({
      ...addOn,
      manifests: filesOf(step),
      images: imagesOfStep(step === undefined ? undefined : steps.get(step), outputs),
    })),
    drivers,
    installers: plan.distro.installers.map(({ step, ...installer }) => ({ ...installer, files: filesOf(step) })),
    files: contents.map(({ file, sha256, size, path }) => ({ file, sha256, size, path })),
  };
}

function describeComponent(
  { binaries, ...component }: Plan['distro']['components'][number],
  outputs: ReadonlyMap<string, StepOutputs>,
): ReleaseComponent {
  return {
    ...component,
    binaries: binaries.map(({ arch, name, ref }) => ({ arch, name, ...blobOf(outputs, ref) })),
  };
}

function describePackage(step: PackageStep, outputs: ReadonlyMap<string, StepOutputs>): ReleasePackage {
  const { spec, format, file, component, path } = step;
  return {
    name: spec.name,
    version: packageVersion(spec),
    arch: spec.arch,
    format,
    file,
    ...blobOf(outputs, { step: step.id, output: 'package' }),
    ...(component === undefined ? {} : { component }),
    path,
  };
}

function describeImage(
  plan: Plan,
  step: ImageIndexStep,
  outputs: ReadonlyMap<string, StepOutputs>,
): Release['images'][number] {
  const { name, tag, manifests, path } = step;
  return {
    name,
    tag,
    digest: `sha256:${blobOf(outputs, { step: step.id, output: 'index' }).sha256}`,
    platforms: manifests.map(({ arch }) => formatPlatform(platformOf(arch))),
    files: imageFiles(plan, step, outputs),
    path,
  };
}

function imagesOfStep(step: Step | undefined, outputs: ReadonlyMap<string, StepOutputs>): ReleaseAddOn['images'] {
  if (step?.kind !== 'manifests') return [];
  return imagesOf(withDigests(step, (ref) => blobOf(outputs, ref)).objects);
}
