import { DistroError, problemsOf } from '../errors/distro-error.ts';
import type { Step } from '../plan/document.ts';
import type { StepLog } from './step-log.ts';
import { stepTitle } from './step-title.ts';

/**
 * The error that a build ends with: the code and message of what went wrong, the end of the step's log, and where the
 * whole log is if there is one. `BUILD_FAILED` where the runner did not say what it was.
 */
export function stepFailure(step: Step, error: unknown, log: StepLog): DistroError {
  const known = error instanceof DistroError ? error : undefined;
  const reasons = problemsOf(error)
    .map(({ message }) => message)
    .join('; ');
  // What is wrong with a download names its address already.
  const what = step.kind === 'url' && known !== undefined ? reasons : `cannot ${stepTitle(step)}: ${reasons}`;
  const tail = log.tail();
  const hints = [known?.hint, tail.length === 0 ? undefined : `the whole log is ${log.file}`];
  const hint = hints.filter((part) => part !== undefined).join('; ');
  return new DistroError(known?.code ?? 'BUILD_FAILED', [what, ...tail].join('\n'), {
    path: known?.path ?? step.path,
    ...(hint === '' ? {} : { hint }),
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
