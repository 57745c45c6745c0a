import type { Plan, Step } from '../plan/document.ts';
import { stepKey, type StepKey } from '../plan/keys.ts';
import { referencesOf } from '../plan/references.ts';
import type { Store } from '../store/store.ts';
import { blobOf, type StepOutputs } from './build-result.ts';

/** What is known of a step before anything runs. */
export interface Lookup {
  readonly step: Step;
  /** Absent where an input has to be made first. */
  readonly key?: StepKey;
  /** What the store holds for the key; absent where the step has to run. */
  readonly outputs?: StepOutputs;
}

/** Looks all steps of a plan up in the store, in plan order. */
export async function findCached(plan: Plan, store: Store): Promise<readonly Lookup[]> {
  const lookups = new Map<string, Promise<Lookup>>();
  for (const step of plan.steps) lookups.set(step.id, findStep(step, lookups, store));
  return Promise.all(lookups.values());
}

async function findStep(step: Step, lookups: ReadonlyMap<string, Promise<Lookup>>, store: Store): Promise<Lookup> {
  const outputs = new Map<string, StepOutputs>();
  for (const ref of referencesOf(step)) {
    const input = await lookups.get(ref.step);
    if (input?.outputs === undefined) return { step };
    outputs.set(ref.step, input.outputs);
  }
  const key = stepKey(step, (ref) => blobOf(outputs, ref));
  const action = await store.tryFindAction(key.key);
  return action === undefined ? { step, key } : { step, key, outputs: action.outputs };
}
