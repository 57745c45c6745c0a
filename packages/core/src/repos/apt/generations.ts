import { canonicalJson, compareText } from '../../model/json.ts';
import type { RepoFile } from '../repo-change.ts';

/** The indexes that the last states of a suite named, by their digests. */
export interface Generations {
  /** The file that remembers them; it is for publishers, clients never ask for it. */
  file(root: string): RepoFile;
  /** What no state that is kept names any more. */
  readonly obsolete: readonly string[];
}

/** The name of the file below the suite. */
export const GENERATIONS_FILE = 'generations.json';

/**
 * Adds a state to those that a suite remembers, the newest first, and forgets the oldest. What the suite's present
 * entry names is kept whatever happens: a publication that was cut short leaves a state behind that was never seen.
 */
export function nextGenerations(
  old: { readonly generations: readonly (readonly string[])[]; readonly named: readonly string[] } | undefined,
  paths: readonly string[],
  count: number,
): Generations {
  const all = [paths, old?.named ?? [], ...(old?.generations ?? [])].filter(({ length }) => length > 0);
  const distinct = [...new Map(all.map((state) => [state.toSorted(compareText).join(' '), state])).values()];
  const kept = distinct.slice(0, Math.max(2, count));
  const named = new Set(kept.flat());
  const dropped = distinct.slice(kept.length).flat();
  return {
    file: (root) => ({ path: `${root}/${GENERATIONS_FILE}`, content: Buffer.from(canonicalJson(kept)) }),
    obsolete: [...new Set(dropped)].filter((path) => !named.has(path)).sort(compareText),
  };
}
