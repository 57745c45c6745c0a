import type { App } from '../constructs/app.ts';
import type { Distro } from '../constructs/distro.ts';
import { isRefused } from '../constructs/check-tree.ts';
import type { Declaration } from '../lock/declaration.ts';
import type { ArchName } from '../model/arch.ts';
import { imagePlaceholder } from '../model/image-placeholder.ts';
import { formatsOf } from '../model/target.ts';
import { DeclarationRecorder } from '../plan/declaration-recorder.ts';
import type { PlanBuilder } from '../plan/builder.ts';
import type { PlanAssembler } from '../plan/plan-assembler.ts';

/** Every source that the distributions of an app declare, for all of their architectures: what `lock` resolves. */
export function declarationsOf(app: App): readonly Declaration[] {
  return app.distros.flatMap((distro) => distroDeclarations(distro, distro.archNames));
}

/** The sources of one distribution for some architectures. */
export function distroDeclarations(distro: Distro, arches: readonly ArchName[]): readonly Declaration[] {
  const recorder = new DeclarationRecorder({ arches, formats: formatsOf(distro.targets ?? []) });
  planElements(distro, recorder);
  return recorder.declarations;
}

/**
 * Lets the constructs of a distribution add to a plan. One whose props are refused is left out. With `only`, so is every
 * construct outside the named paths, but those that say what the distribution as a whole is.
 *
 * @returns what constructs threw: a consequence of other problems, or an error in a construct's own code.
 */
export function planElements(
  distro: Distro,
  builder: PlanBuilder,
  only: readonly string[] = [],
): readonly { path: string; error: unknown }[] {
  const thrown: { path: string; error: unknown }[] = [];
  for (const element of distro.elements()) {
    const { path } = element.node;
    if (isRefused(element) || !isSelected(element.role, path, only)) continue;
    try {
      element.plan(builder);
    } catch (error) {
      thrown.push({ path, error });
    }
  }
  return thrown;
}

/** Plans the images that what is planned names: they are needed for their digests, whether or not they were chosen. */
export function planNamedImages(distro: Distro, assembler: PlanAssembler): void {
  const images = new Map(distro.images.map((image) => [imagePlaceholder(image.name, image.tag), image]));
  for (;;) {
    const missing = [...assembler.missingImages()].flatMap((placeholder) => {
      const image = images.get(placeholder);
      return image === undefined || isRefused(image) || !images.delete(placeholder) ? [] : [image];
    });
    if (missing.length === 0) return;
    for (const image of missing) image.plan(assembler);
  }
}

const ALWAYS: ReadonlySet<string> = new Set(['distro', 'arch', 'kernel']);

function isSelected(role: string, path: string, only: readonly string[]): boolean {
  return (
    only.length === 0 || ALWAYS.has(role) || only.some((wanted) => path === wanted || path.startsWith(`${wanted}/`))
  );
}
