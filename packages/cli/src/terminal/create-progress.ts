import { silent } from '@distrokit/core/toolkit';
import type { CommandContext } from '../context.ts';
import { LiveProgress } from './live-progress.ts';
import { PlainProgress } from './plain-progress.ts';
import type { Progress } from './progress.ts';

/** Progress on stderr as fits it: drawn on a terminal, lines elsewhere, nothing when the user wants it quiet. */
export function createProgress({ io, err, quiet, signal }: CommandContext): Progress {
  if (quiet) return { report: silent, finish() {}, [Symbol.dispose]() {} };
  const options = { output: io.stderr, style: err, now: () => performance.now() };
  const isDrawn = io.stderr.isTerminal && io.env.TERM !== 'dumb';
  const progress = isDrawn ? new LiveProgress(options) : new PlainProgress(options);
  const stopping = () => progress.report({ type: 'notice', message: 'stopping; once more ends at once' });
  signal.addEventListener('abort', stopping, { once: true });
  return progress;
}
