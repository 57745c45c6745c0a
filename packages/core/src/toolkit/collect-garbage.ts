import { openStore } from '../store/open-store.ts';

/** What {@link collectGarbage} takes. */
export interface CollectGarbageOptions {
  readonly storeDir: string;
  /** Keep what was used since. */
  readonly before: Date;
}

/** Removes from a store what was not used lately; it can all be built or downloaded again. */
export async function collectGarbage({ storeDir, before }: CollectGarbageOptions): Promise<{
  /** How many blobs were removed. */
  readonly blobs: number;
  /** Their size in bytes. */
  readonly bytes: number;
}> {
  const store = await openStore(storeDir);
  return store.collect({ before });
}
