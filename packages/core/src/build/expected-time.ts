import type { Step, StepKind } from '../plan/document.ts';
import type { Store } from '../store/store.ts';

/** What a step of each kind takes where it never ran: enough to start the long ones first. */
const FIRST_TIME_MS: Readonly<Record<StepKind, number>> = {
  'go-build': 120_000,
  'debian-licences': 1000,
  'go-licences': 2000,
  'c-build': 10_000,
  url: 5_000,
  debian: 2_000,
  package: 1_500,
  layer: 1_000,
  extract: 500,
  installer: 50,
  keyring: 50,
  manifests: 50,
  image: 10,
  'image-index': 10,
  file: 10,
};

/** How long a step is likely to take: as long as the last time, else what its kind takes. */
export async function expectedTime(step: Step, store: Store): Promise<number> {
  const last = await store.tryFindLastAction(step.id);
  return last?.ms ?? FIRST_TIME_MS[step.kind];
}
