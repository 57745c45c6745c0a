import { assertNoProblems, type Problem } from '../errors/distro-error.ts';
import type { ContentRef } from '../model/package-spec.ts';
import type { Plan, PlanDistro, Step } from './document.ts';
import { unknownImages } from './image-digests.ts';
import { referencesOf } from './references.ts';

/**
 * Checks that ids are unique, that each step refers only to outputs of steps before it, and that every placeholder for
 * the digest of an image leads to one.
 *
 * @throws PLAN_INVALID, REFERENCE_UNKNOWN, all of them at once
 */
export function checkPlan(plan: Plan): void {
  const all = new Map(plan.steps.map((step) => [step.id, step]));
  const seen = new Set<string>();
  const problems: Problem[] = [];
  for (const step of plan.steps) {
    problems.push(...checkReferences(step, all, seen), ...unknownImages(step));
    if (seen.has(step.id)) {
      problems.push({ code: 'PLAN_INVALID', message: `two steps have the id ${step.id}`, path: step.path });
    }
    seen.add(step.id);
  }
  assertNoProblems([...problems, ...checkDistro(plan.distro, all)]);
}

function checkReferences(step: Step, all: ReadonlyMap<string, Step>, seen: ReadonlySet<string>): readonly Problem[] {
  const { id, path } = step;
  return referencesOf(step).flatMap((ref): readonly Problem[] => {
    const unknown = checkReference(ref, id, path, all);
    if (unknown !== undefined) return [unknown];
    if (seen.has(ref.step)) return [];
    return [{ code: 'PLAN_INVALID', message: `step ${id} refers to ${ref.step}, which does not come before it`, path }];
  });
}

function checkReference(
  ref: ContentRef,
  from: string,
  path: string,
  all: ReadonlyMap<string, Step>,
): Problem | undefined {
  const target = all.get(ref.step);
  if (target?.outputs.includes(ref.output) === true) return undefined;
  const what = target === undefined ? `step ${ref.step}` : `output ${ref.output} of step ${ref.step}`;
  return { code: 'REFERENCE_UNKNOWN', message: `${from} refers to ${what}, which is not in the plan`, path };
}

function checkDistro(distro: PlanDistro, all: ReadonlyMap<string, Step>): readonly Problem[] {
  const references = [
    ...distro.components.flatMap(({ name, path, binaries }) => binaries.map(({ ref }) => ({ name, path, ref }))),
    ...[...distro.addOns, ...distro.installers].flatMap(({ name, path, step }) =>
      step === undefined ? [] : [{ name, path, ref: { step, output: 'files' } }],
    ),
  ];
  return references.flatMap(({ name, path, ref }) => checkReference(ref, name, path, all) ?? []);
}
