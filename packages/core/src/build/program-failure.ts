import { DistroError } from '../errors/distro-error.ts';
import type { ProgramResult } from '../sources/run-program.ts';

/**
 * The error for a compiler that failed: a full disk by its own code, since the log says it in one line of many. The log's
 * end is added by whoever runs the step.
 */
export function programFailure(program: string, result: ProgramResult): DistroError {
  const full = result.tail.find((line) => /no space left on device|disk quota exceeded/iu.test(line));
  if (full === undefined) return new DistroError('BUILD_FAILED', `${program} ended with ${result.exit}`);
  return new DistroError('DISK_FULL', `${program} ended with ${result.exit}: ${full.trim()}`, {
    hint: 'free some space in the store and in the compile cache (go env GOCACHE)',
  });
}
