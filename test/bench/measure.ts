/** Does one run of a program; what it resolves to does not count. */
export type Run = () => Promise<unknown>;

/**
 * The medians in milliseconds of programs that take turns, so that all see the same machine. The first turn warms up
 * and does not count.
 */
export async function alternate<const Runs extends readonly Run[]>(
  turns: number,
  ...runs: Runs
): Promise<{ readonly [K in keyof Runs]: number }> {
  const times = runs.map((): number[] => []);
  for (let turn = 0; turn <= turns; turn += 1) {
    for (const [index, run] of runs.entries()) {
      const ms = await elapsed(run);
      if (turn > 0) times[index]?.push(ms);
    }
  }
  return times.map(median) as { readonly [K in keyof Runs]: number };
}

/** Milliseconds of one run. */
export async function elapsed(run: Run): Promise<number> {
  const started = performance.now();
  await run();
  return performance.now() - started;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}
