import type { ContentRef } from '../model/package-spec.ts';
import type { BlobId } from '../store/store.ts';

/** What a step made, by output name. */
export type StepOutputs = Readonly<Record<string, BlobId>>;

/** What a build made. */
export interface BuildResult {
  /** By step id. */
  readonly outputs: ReadonlyMap<string, StepOutputs>;
  /** How many steps ran. */
  readonly ran: number;
  /** How many were found in the store. */
  readonly cached: number;
}

/** The blob behind a reference. `outputs` must hold it: plans are checked before they are built. */
export function blobOf(outputs: ReadonlyMap<string, StepOutputs>, ref: ContentRef): BlobId {
  const id = outputs.get(ref.step)?.[ref.output];
  if (id === undefined) throw new TypeError(`nothing made ${ref.output} of ${ref.step}`);
  return id;
}
