import type { ErrorCode } from '../errors/codes.ts';
import { type Problem, problemsOf } from '../errors/distro-error.ts';
import { fail } from './fail.ts';
import { type Planned, type PlanOfOptions, rawPlanOf } from './plan-of.ts';

/** The problem that planning must find; what is absent may be anything. */
export interface ProblemExpectation {
  readonly code: ErrorCode;
  /** The construct's path, such as `harbor/dns`. */
  readonly path?: string;
  /** The message, or what it must match. */
  readonly message?: string | RegExp;
}

/**
 * Planning fails, and this problem is one of those it finds. Returns the problem.
 *
 * @throws AssertionError with the problems there were, when it is not.
 */
export async function expectProblem(
  planned: Planned,
  expected: ProblemExpectation,
  options: PlanOfOptions = {},
): Promise<Problem> {
  const problems = await problemsWith(planned, options);
  const found = problems.find((problem) => fits(problem, expected));
  if (found !== undefined) return found;
  const were = problems.map((problem) => `\n  ${describeProblem(problem)}`).join('');
  fail(
    `planning did not find ${describeProblem(expected)}; it found ${problems.length === 0 ? 'nothing wrong' : `these:${were}`}`,
    {
      actual: problems.map(({ code, path, message }) => ({ code, path, message })),
      expected,
    },
  );
}

async function problemsWith(planned: Planned, options: PlanOfOptions): Promise<readonly Problem[]> {
  try {
    await rawPlanOf(planned, options);
    return [];
  } catch (error) {
    return problemsOf(error);
  }
}

function fits(problem: Problem, { code, path, message }: ProblemExpectation): boolean {
  if (problem.code !== code || (path !== undefined && problem.path !== path)) return false;
  return (
    message === undefined || (message instanceof RegExp ? message.test(problem.message) : message === problem.message)
  );
}

function describeProblem({ code, path, message }: ProblemExpectation): string {
  const place = path === undefined ? '' : `[${path}] `;
  return `${place}${code}${message === undefined ? '' : `  ${String(message)}`}`;
}
