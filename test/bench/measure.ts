/** One comparison. Times are medians in milliseconds, sizes are bytes. */
export interface BenchResult {
  readonly name: string;
  readonly ours: number;
  readonly other: number;
  /** `ours / other`. */
  readonly ratio: number;
  /** The most that the ratio may be. */
  readonly limit: number;
}

/** The medians of two programs that take turns, after one run of each that does not count. In milliseconds. */
export async function alternate(
  runs: number,
  one: () => Promise<void>,
  other: () => Promise<void>,
): Promise<readonly [number, number]> {
  const times: [number[], number[]] = [[], []];
  for (let turn = 0; turn <= runs; turn += 1) {
    const took = [await elapsed(one), await elapsed(other)] as const;
    if (turn > 0) times.forEach((list, index) => list.push(took[index] as number));
  }
  return [median(times[0]), median(times[1])];
}

/** A {@link BenchResult} with its ratio. */
export function compared(name: string, ours: number, other: number, limit: number): BenchResult {
  return { name, ours, other, ratio: ours / other, limit };
}

/** A result on one line, with its verdict. */
export function describeResult({ name, ours, other, ratio, limit }: BenchResult): string {
  const verdict = ratio <= limit ? 'ok' : 'over the limit';
  return `${name}: ${ours.toFixed(0)} / ${other.toFixed(0)} = ${ratio.toFixed(2)} (limit ${limit}) ${verdict}\n`;
}

async function elapsed(action: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await action();
  return performance.now() - started;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}
