import type { Problem } from '../errors/distro-error.ts';
import type { Sha256 } from '../model/digest.ts';
import { findPlaceholders } from '../model/image-placeholder.ts';
import type { ContentRef } from '../model/package-spec.ts';
import type { Step } from './document.ts';
import { referencesOf } from './references.ts';

/** Says of each step which images its texts name; of those that nothing makes it says nothing. */
export function linkImages(steps: readonly Step[], indexes: ReadonlyMap<Sha256, ContentRef>): readonly Step[] {
  return steps.map((step) => {
    const images = [...findPlaceholders(step).keys()].flatMap((placeholder) => {
      const ref = indexes.get(placeholder);
      return ref === undefined ? [] : [[placeholder, ref] as const];
    });
    return images.length === 0 ? step : { ...step, images: Object.fromEntries(images) };
  });
}

/** The steps with each after those that it refers to, else in the order they have; a circle is a problem. */
export function inDependencyOrder(steps: readonly Step[], problem: (problem: Problem) => void): readonly Step[] {
  const all = new Map(steps.map((step) => [step.id, step]));
  const state = new Map<string, 'entered' | 'done'>();
  const ordered: Step[] = [];
  const visit = (step: Step): void => {
    if (state.get(step.id) === 'done') return;
    if (state.get(step.id) === 'entered') {
      problem({
        code: 'DEPENDENCY_CYCLE',
        path: step.path,
        message: `${step.id} names the digest of an image that it is part of`,
        hint: 'name that image by its tag alone',
      });
      return;
    }
    state.set(step.id, 'entered');
    for (const ref of referencesOf(step)) {
      const needed = all.get(ref.step);
      if (needed !== undefined) visit(needed);
    }
    state.set(step.id, 'done');
    ordered.push(step);
  };
  for (const step of steps) visit(step);
  return ordered;
}
