import { styleText } from 'node:util';
import type { Io, Output } from '../io.ts';

/** Paints text for a terminal, or returns it as it is where colour is off. */
export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  cyan(text: string): string;
}

/** The style for one output: colour on a terminal, unless `NO_COLOR` says no or `FORCE_COLOR` says yes in any case. */
export function styleFor(output: Output, env: Io['env']): Style {
  const paint = wantsColour(output, env)
    ? (format: keyof Style) => (text: string) => styleText(format, text, { validateStream: false })
    : () => (text: string) => text;
  return {
    bold: paint('bold'),
    dim: paint('dim'),
    red: paint('red'),
    green: paint('green'),
    yellow: paint('yellow'),
    cyan: paint('cyan'),
  };
}

/** See https://no-color.org and https://force-color.org; where both are set, `NO_COLOR` wins. */
function wantsColour(output: Output, env: Io['env']): boolean {
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false;
  if (env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '')
    return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  return output.isTerminal && env.TERM !== 'dumb';
}
