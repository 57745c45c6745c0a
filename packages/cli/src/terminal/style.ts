import { styleText } from 'node:util';
import type { Io, Output } from '../io.ts';

/** Paints a text, or returns it as it is where colour is off. */
export type Paint = (text: string) => string;

/** Paints text for a terminal, or returns it as it is where colour is off. */
export interface Style {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly green: Paint;
  readonly yellow: Paint;
  readonly cyan: Paint;
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
