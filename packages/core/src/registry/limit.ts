import { cancelled } from './patience.ts';

/** Runs work, at most so many pieces at a time, in the order they came. @throws CANCELLED for work that has not begun */
export type Limit = <T>(signal: AbortSignal, work: () => Promise<T>) => Promise<T>;

/** A new {@link Limit}. */
export function newLimit(most: number): Limit {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (signal, work) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      if (signal.aborted) throw cancelled();
      return await work();
    } finally {
      // Whoever waits takes the place over.
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
