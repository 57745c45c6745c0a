/** One comparison with a peer, or with a fixed amount. */
export interface BenchResult {
  readonly name: string;
  readonly unit: Unit;
  /** The median of our runs. */
  readonly ours: number;
  /** The median of the peer's runs, or the fixed amount. */
  readonly peer: number;
  /** `ours / peer`. */
  readonly ratio: number;
  /** The most that the ratio may be. */
  readonly limit: number;
}

/** What is compared: milliseconds or bytes. */
export type Unit = 'ms' | 'bytes';

/** A {@link BenchResult} with its ratio. */
export function compared(result: Omit<BenchResult, 'ratio'>): BenchResult {
  return { ...result, ratio: result.ours / result.peer };
}

/** True for a result that is over its limit. */
export function isOver({ ratio, limit }: BenchResult): boolean {
  return ratio > limit;
}

/** Results as a table with a verdict in each line. */
export function formatTable(results: readonly BenchResult[]): string {
  const rows = [
    ['benchmark', 'ours', 'peer', 'ratio', 'limit', 'verdict'],
    ...results.map((result) => [
      result.name,
      formatAmount(result.ours, result.unit),
      formatAmount(result.peer, result.unit),
      result.ratio.toFixed(3),
      String(Number(result.limit.toFixed(3))),
      isOver(result) ? 'OVER' : 'ok',
    ]),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ');
  return rows.map((row) => `${line(row)}\n`).join('');
}

function formatAmount(amount: number, unit: Unit): string {
  if (unit === 'bytes') return `${(amount / 2 ** 20).toFixed(1)} MiB`;
  return amount < 10_000 ? `${amount.toFixed(0)} ms` : `${(amount / 1000).toFixed(1)} s`;
}
