import { z } from 'zod';
import { canonicalJson, compareText } from '../model/json.ts';

/** The indexes that the last states of a repository named, under names that hold their digests. */
export interface Generations {
  /** The text of the file that remembers them; it is for publishers, clients never ask for it. */
  readonly text: string;
  /** What no state that is kept names any more. */
  readonly obsolete: readonly string[];
}

/** What is remembered, and what the repository's present entry names. */
export interface PastGenerations {
  readonly named: readonly string[];
  /** The newest first. */
  readonly generations: readonly (readonly string[])[];
}

/**
 * Adds a state to those that a repository remembers, the newest first, and forgets the oldest. What its present entry
 * names is kept whatever happens: a publication that was cut short leaves a state behind that was never seen.
 */
export function nextGenerations(
  old: PastGenerations | undefined,
  paths: readonly string[],
  count: number,
): Generations {
  const all = [paths, old?.named ?? [], ...(old?.generations ?? [])].filter(({ length }) => length > 0);
  const distinct = [...new Map(all.map((state) => [state.toSorted(compareText).join(' '), state])).values()];
  const kept = distinct.slice(0, Math.max(2, count));
  const named = new Set(kept.flat());
  const dropped = distinct.slice(kept.length).flat();
  return {
    text: canonicalJson(kept),
    obsolete: [...new Set(dropped)].filter((path) => !named.has(path)).sort(compareText),
  };
}

const schema = z.array(z.array(z.string()));

/** The states of a file; one that is lost or does not parse is forgotten: it is no more than a memory. */
export function parseGenerations(content: Uint8Array | undefined, path: RegExp): readonly (readonly string[])[] {
  if (content === undefined) return [];
  try {
    const states = schema.parse(JSON.parse(Buffer.from(content).toString()));
    return states.every((state) => state.every((each) => path.test(each) && !each.includes('..'))) ? states : [];
  } catch {
    return [];
  }
}
