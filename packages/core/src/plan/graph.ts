import { assertNoProblems, DistroError, type Problem } from '../errors/distro-error.ts';
import type { ContentRef } from '../model/package-spec.ts';
import type { Plan, PlanDistro, Step } from './document.ts';
import { referencesOf } from './references.ts';

/**
 * Checks that ids are unique and that each step refers only to outputs of steps before it.
 *
 * @throws PLAN_INVALID, REFERENCE_UNKNOWN, all of them at once
 */
export function checkPlan(plan: Plan): void {
  const all = new Map(plan.steps.map((step) => [step.id, step]));
  const seen = new Set<string>();
  const problems: Problem[] = [];
  for (const step of plan.steps) {
    problems.push(...checkReferences(step, all, seen));
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

/** The steps of `ids` and all that they are made of, in plan order. Looks at each step and reference once. */
export function withAncestors(steps: readonly Step[], ids: Iterable<string>): readonly Step[] {
  const wanted = new Set(ids);
  const kept: Step[] = [];
  for (const step of steps.toReversed()) {
    if (!wanted.has(step.id)) continue;
    kept.push(step);
    for (const ref of referencesOf(step)) wanted.add(ref.step);
  }
  return kept.reverse();
}

/**
 * The part of a plan that belongs to some constructs: the steps at or below one of `paths` with all that they are made
 * of, and of the release what those steps make.
 *
 * @throws REFERENCE_UNKNOWN for a path without a step
 */
export function restrictPlan(plan: Plan, paths: readonly string[]): Plan {
  const chosen = paths.flatMap((path) => {
    const found = plan.steps.filter((step) => step.path === path || step.path.startsWith(`${path}/`));
    if (found.length > 0) return found;
    const hint = 'see `distrokit tree` for the paths of all constructs';
    throw new DistroError('REFERENCE_UNKNOWN', `no step of the plan belongs to a construct ${path}`, { hint });
  });
  const steps = withAncestors(
    plan.steps,
    chosen.map(({ id }) => id),
  );
  const ids = new Set(steps.map(({ id }) => id));
  return { ...plan, steps, distro: restrictDistro(plan.distro, ids) };
}

function restrictDistro(distro: PlanDistro, ids: ReadonlySet<string>): PlanDistro {
  const isMade = ({ step }: { readonly step?: string }): boolean => step === undefined || ids.has(step);
  const components = distro.components.flatMap((component) => {
    const binaries = component.binaries.filter(({ ref }) => ids.has(ref.step));
    return binaries.length === 0 ? [] : [{ ...component, binaries }];
  });
  const names = new Set(components.map(({ name }) => name));
  return {
    ...distro,
    components,
    kernel: { ...distro.kernel, components: distro.kernel.components.filter((name) => names.has(name)) },
    addOns: distro.addOns.filter(isMade),
    installers: distro.installers.filter(isMade),
  };
}
