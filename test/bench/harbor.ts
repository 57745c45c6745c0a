import { join } from 'node:path';
import { findCached, type Lookup } from '../../packages/core/src/build/find-cached.ts';
import type { Plan } from '../../packages/core/src/plan/document.ts';
import { readPlan } from '../../packages/core/src/plan/plan-file.ts';
import { openStore } from '../../packages/core/src/store/open-store.ts';
import type { BlobId, Store } from '../../packages/core/src/store/store.ts';
import { defaultStoreDir } from '../../packages/core/src/toolkit/store-dir.ts';
import { distrokit } from './programs.ts';

/** The directory of the example distribution. */
export const HARBOR_DIR: string = join(import.meta.dirname, '../../examples/harbor');

/** The arguments of its `synth` for this machine's architecture. */
export function synthHarbor(output: string, ...more: readonly string[]): readonly string[] {
  return ['synth', join(HARBOR_DIR, 'distro.ts'), '--arch', 'host', '--output', output, '--quiet', ...more];
}

/** Harbor as the user's store has it. */
export interface BuiltHarbor {
  readonly plan: Plan;
  readonly store: Store;
  /** What the store holds for each step. */
  readonly steps: readonly Lookup[];
}

/** Builds harbor into `output`: at once where the user's store has it, else in as long as Kubernetes takes. */
export async function buildHarbor(output: string): Promise<BuiltHarbor> {
  await distrokit(synthHarbor(output));
  const [plan, store] = await Promise.all([
    readPlan(join(output, 'plan.json')),
    openStore(defaultStoreDir(process.env)),
  ]);
  return { plan, store, steps: await findCached(plan, store) };
}

/** The blob of a step's output. */
export function blobOfStep({ steps }: BuiltHarbor, id: string, output: string): BlobId {
  const blob = steps.find(({ step }) => step.id === id)?.outputs?.[output];
  if (blob === undefined) throw new Error(`the store has no ${output} of ${id}`);
  return blob;
}

/** A store in `dir` with what some of its steps made. */
export async function copyOutputs(
  harbor: BuiltHarbor,
  dir: string,
  wanted: (step: Lookup['step']) => boolean,
): Promise<void> {
  const store = await openStore(dir);
  for (const { step, key, outputs } of harbor.steps) {
    if (!wanted(step) || key === undefined || outputs === undefined) continue;
    for (const blob of Object.values(outputs)) await store.putFile(await harbor.store.pathOf(blob));
    await store.saveAction({ ...key, stepId: step.id, outputs, ms: 0 });
  }
}
