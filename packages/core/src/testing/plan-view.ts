import { listFiles } from '../formats/layout.ts';
import { collectObjects } from '../manifests/check.ts';
import { imagesOf } from '../manifests/images.ts';
import { applyOrder } from '../manifests/order.ts';
import { withoutPlaceholder } from '../model/image-placeholder.ts';
import { type PackageContent, type PackageFile, type PackageSpec, packageVersion } from '../model/package-spec.ts';
import type { PackageStep, Plan, Step, StepKind, StepOf } from '../plan/document.ts';
import { DistroView } from './distro-view.ts';
import { expectFile, type FileExpectation, type FileFacts, findFile } from './file-query.ts';
import { describePackage, findPackages, type PackageFacts, type PackageQuery } from './package-query.ts';

/** A package of a plan, with everything that is known of it before it is built. */
export interface PlannedPackage extends PackageFacts {
  readonly spec: PackageSpec;
}

/** A {@link DistroView} of a plan. Made by `planOf`; nothing has been built. */
export class PlanView extends DistroView {
  readonly plan: Plan;
  declare readonly packages: readonly PlannedPackage[];

  constructor(plan: Plan) {
    const { distro, steps } = plan;
    const objects = ofKind(steps, 'manifests').flatMap((step) => applyOrder(collectObjects(step.objects).objects));
    const built = ofKind(steps, 'image-index').map(({ name, tag }) => `${distro.registry}/${name}:${tag}`);
    super({
      title: `${distro.name} ${distro.version}`,
      packages: ofKind(steps, 'package').map(plannedPackage),
      components: distro.components,
      addOns: distro.addOns,
      objects,
      images: [...new Set([...imagesOf(objects).map(withoutPlaceholder), ...built])].sort(),
    });
    this.plan = plan;
  }

  /**
   * Each package that the query fits has this file, and it is as expected. A file that is built has no `content` here;
   * what the package formats add (units, users, changelog, copyright) is there.
   */
  hasFile(name: string, path: string, expected: FileExpectation & { readonly in?: PackageQuery } = {}): void {
    const { in: query, ...file } = expected;
    for (const planned of findPackages(this.packages, name, query)) {
      const of = describePackage(planned);
      expectFile(findFile(filesOf(planned), path, of), file, of);
    }
  }

  /** The file list of each package that the query fits, sorted by path. */
  files(name: string, query?: PackageQuery): readonly FileFacts[] {
    return findPackages(this.packages, name, query).flatMap(filesOf);
  }
}

function ofKind<K extends StepKind>(steps: readonly Step[], kind: K): readonly StepOf<K>[] {
  return steps.filter((step): step is StepOf<K> => step.kind === kind);
}

function plannedPackage(step: PackageStep): PlannedPackage {
  return {
    name: step.spec.name,
    version: packageVersion(step.spec),
    arch: step.spec.arch,
    format: step.format,
    file: step.file,
    path: step.path,
    ...(step.component === undefined ? {} : { component: step.component }),
    spec: step.spec,
  };
}

function filesOf({ spec, format }: PlannedPackage): readonly FileFacts[] {
  return listFiles<PackageContent>(spec, format, (make) => inline(make())).map(factsOf);
}

function factsOf(file: PackageFile): FileFacts {
  const { path, type, mode, owner, group } = file;
  const facts = { path, type, mode, owner, group, config: false };
  if (file.type === 'symlink') return { ...facts, target: file.target };
  if (file.type !== 'file') return facts;
  const content = textOf(file.content);
  return {
    ...facts,
    config: file.config === 'noreplace',
    ...(content === undefined ? {} : { content }),
    ...(file.capabilities === undefined ? {} : { capabilities: file.capabilities }),
  };
}

function inline(made: string | Uint8Array): PackageContent {
  return typeof made === 'string' ? { text: made } : { base64: Buffer.from(made).toString('base64') };
}

function textOf(content: PackageContent): string | undefined {
  if ('text' in content) return content.text;
  return 'base64' in content ? Buffer.from(content.base64, 'base64').toString() : undefined;
}
