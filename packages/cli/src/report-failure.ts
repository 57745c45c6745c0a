import { CommanderError } from 'commander';
import type { Io, StopSignal } from './io.ts';
import { type Failure, failureOf } from './problems.ts';
import { renderProblems } from './terminal/render-failure.ts';
import { styleFor } from './terminal/style.ts';

/** What {@link reportFailure} needs to know of the run that failed. */
export interface FailedRun {
  readonly io: Io;
  readonly argv: readonly string[];
  /** True for a command that writes files: then the reader is told that it did not. */
  readonly writes: boolean;
  /** The signal that stopped the run, if one did. */
  readonly stopped?: StopSignal | undefined;
}

/** Numbers of the signals, which exit codes above 128 are made of. */
const SIGNAL_NUMBERS: Readonly<Record<StopSignal, number>> = { SIGINT: 2, SIGTERM: 15 };

/**
 * Prints why a run ended without its result: as JSON on stdout for `--json`, else as text on stderr. The stack of an
 * error that nobody foresaw is printed for `--debug` or `DISTROKIT_DEBUG` only.
 *
 * @returns the exit code
 */
export function reportFailure(error: unknown, { io, argv, writes, stopped }: FailedRun): number {
  if (error instanceof CommanderError && error.exitCode === 0) return 0;
  // Without a command the help has been printed already, and says all there is to say.
  if (error instanceof CommanderError && error.code === 'commander.help') return 2;
  const failure = stopped === undefined ? readFailure(error, argv) : CANCELLED;
  if (argv.includes('--json')) {
    io.stdout.write(`${JSON.stringify({ problems: failure.problems }, undefined, 2)}\n`);
  } else {
    const outcome = isUsage(failure) || stopped !== undefined || !writes ? {} : { outcome: 'nothing was written' };
    io.stderr.write(renderProblems(failure.problems, styleFor(io.stderr, io.env), outcome));
  }
  if (wantsStack(io, argv)) io.stderr.write(stackOf(error));
  if (stopped !== undefined) return 128 + SIGNAL_NUMBERS[stopped];
  return isUsage(failure) ? 2 : 1;
}

const CANCELLED: Failure = {
  problems: [
    {
      code: 'CANCELLED',
      message: 'stopped before it was done',
      hint: 'the same command goes on where this one stopped',
    },
  ],
  unexpected: false,
};

/** Commander's message is one line of its own form, with the suggestion in brackets below. */
function readFailure(error: unknown, argv: readonly string[]): Failure {
  if (!(error instanceof CommanderError)) return failureOf(error);
  const [message = '', suggestion] = error.message.replace(/^error: /, '').split('\n');
  const hint = suggestion === undefined ? helpHint(error, argv) : lowerSuggestion(suggestion);
  return { problems: [{ code: 'USAGE', message, hint }], unexpected: false };
}

function helpHint(error: CommanderError, argv: readonly string[]): string {
  const command = argv.find((argument) => !argument.startsWith('-'));
  if (command === undefined || error.code === 'commander.unknownCommand') return 'distrokit --help lists the commands';
  return `distrokit ${command} --help`;
}

function lowerSuggestion(suggestion: string): string {
  return suggestion.replace(/^\(Did you mean/, 'did you mean').replace(/\)$/, '');
}

function isUsage(failure: Failure): boolean {
  return failure.problems.every((problem) => problem.code === 'USAGE');
}

function wantsStack(io: Io, argv: readonly string[]): boolean {
  const variable = io.env.DISTROKIT_DEBUG;
  return argv.includes('--debug') || (variable !== undefined && variable !== '' && variable !== '0');
}

function stackOf(error: unknown): string {
  const lines: string[] = [];
  let current = error;
  while (current instanceof Error) {
    lines.push(current.stack ?? String(current));
    current = current.cause;
  }
  return lines.length === 0 ? '' : `${lines.join('\ncaused by ')}\n`;
}
