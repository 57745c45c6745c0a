import type { Output } from './io.ts';

/** Prints a result for `--json`. */
export function printJson(output: Output, value: object): void {
  output.write(`${JSON.stringify(value, undefined, 2)}\n`);
}
