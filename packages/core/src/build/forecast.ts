import type { Plan, Step, StepKind } from '../plan/document.ts';
import { checkPlan } from '../plan/check-plan.ts';
import type { StepKey } from '../plan/keys.ts';
import { referencesOf } from '../plan/references.ts';
import type { Store } from '../store/store.ts';
import { explainChange } from './explain-change.ts';
import { expectedTime } from './expected-time.ts';
import { findCached, type Lookup } from './find-cached.ts';
import { stepTitle } from './step-title.ts';

/** What a build would do with a step, and why. */
export interface StepForecast {
  readonly id: string;
  readonly kind: StepKind;
  readonly path: string;
  readonly title: string;
  /** True when the store has the result. */
  readonly cached: boolean;
  /** Why it is not cached, such as `never built` or `variables changed`; empty when it is. */
  readonly reasons: readonly string[];
  /** How long it is likely to run; absent when it is cached. */
  readonly expectedMs?: number;
}

/**
 * Says for each step of a plan whether the store has its result and if not, why. Runs nothing.
 *
 * @throws PLAN_INVALID, REFERENCE_UNKNOWN
 */
export async function explainPlan(plan: Plan, store: Store): Promise<readonly StepForecast[]> {
  checkPlan(plan);
  const lookups = await findCached(plan, store);
  const cached = new Set(lookups.flatMap(({ step, outputs }) => (outputs === undefined ? [] : [step.id])));
  return Promise.all(lookups.map((lookup) => explainStep(lookup, cached, store)));
}

async function explainStep(lookup: Lookup, cached: ReadonlySet<string>, store: Store): Promise<StepForecast> {
  const { step, key, outputs } = lookup;
  const about = { id: step.id, kind: step.kind, path: step.path, title: stepTitle(step) };
  if (outputs !== undefined) return { ...about, cached: true, reasons: [] };
  const reasons = key === undefined ? rebuiltInputs(step, cached) : await explainMiss(step, key, store);
  return { ...about, cached: false, reasons, expectedMs: await expectedTime(step, store) };
}

/** Inputs named in a reason; a package of many binaries would otherwise fill the screen. */
const NAMED = 3;

/** Should an input come out with the bytes that it had before, the step will be found in the store after all. */
function rebuiltInputs(step: Step, cached: ReadonlySet<string>): readonly string[] {
  const outputs = referencesOf(step).flatMap((ref) => (cached.has(ref.step) ? [] : [ref.output]));
  const names = [...new Set(outputs)];
  const more = names.length - NAMED;
  const list = more > 0 ? [...names.slice(0, NAMED), `${more} more`] : names;
  return [`its ${names.length === 1 ? 'input' : 'inputs'} ${list.join(', ')} will be rebuilt`];
}

async function explainMiss(step: Step, { key, keyed }: StepKey, store: Store): Promise<readonly string[]> {
  const last = await store.tryFindLastAction(step.id);
  if (last === undefined) return ['never built'];
  if (last.key === key) return ['its result is missing or damaged in the store'];
  return explainChange(step, last.keyed, keyed);
}
