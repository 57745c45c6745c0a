import { DistroError, problemsOf } from '../errors/distro-error.ts';
import type { Step } from '../plan/document.ts';
import type { StepLog } from './step-log.ts';
import { stepTitle } from './step-title.ts';

/**
 * The error that a build ends with: the code and message of what went wrong, the end of the step's log, and where the
 * whole log is. `BUILD_FAILED` where the runner did not say what it was.
 */
export function stepFailure(step: Step, error: unknown, log: StepLog): DistroError {
  const known = error instanceof DistroError ? error : undefined;
  const reasons = problemsOf(error).map(({ message }) => message);
  const message = [`cannot ${stepTitle(step)}: ${reasons.join('; ')}`, ...log.tail()].join('\n');
  const where = `the whole log is ${log.file}`;
  return new DistroError(known?.code ?? 'BUILD_FAILED', message, {
    path: known?.path ?? step.path,
    hint: known?.hint === undefined ? where : `${known.hint}; ${where}`,
    cause: error,
  });
}

/** The error of a run that was stopped from outside. */
export function cancelled(): DistroError {
  return new DistroError(
    'CANCELLED',
    'the build was stopped; what is done is kept and the next run goes on from there',
  );
}
