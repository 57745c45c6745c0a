import type { ErrorCode } from './codes.ts';

/** One thing that is wrong, as data: what an error, a validation report and `--json` output are made of. */
export interface Problem {
  /** What kind of problem it is; stable across releases. See `docs/reference/errors.md`. */
  readonly code: ErrorCode;
  /** Says what is wrong, which value, and where; lower case, no full stop, never a secret. */
  readonly message: string;
  /** The construct it belongs to, such as `harbor/kernel/kubelet`; absent where no construct is involved. */
  readonly path?: string;
  /** What the reader can do about it, as a command or a change to make. */
  readonly hint?: string;
}

/** What {@link DistroError} takes beside its code and message. */
export interface DistroErrorOptions {
  /** The construct path the error belongs to. */
  readonly path?: string | undefined;
  /** What to do about it. */
  readonly hint?: string | undefined;
  /** The error underneath. */
  readonly cause?: unknown;
}

/** The one error class of distrokit: a {@link Problem} that is thrown. */
export class DistroError extends Error implements Problem {
  override readonly name = 'DistroError';
  readonly code: ErrorCode;
  readonly path?: string;
  readonly hint?: string;

  constructor(code: ErrorCode, message: string, options: DistroErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    if (options.path !== undefined) this.path = options.path;
    if (options.hint !== undefined) this.hint = options.hint;
  }
}

/** Every problem found in one pass, thrown as one error. `problems` holds at least one. */
export class ProblemsError extends DistroError {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const [first] = problems;
    if (first === undefined) throw new TypeError('a ProblemsError needs at least one problem');
    const more = problems.length - 1;
    super(first.code, more === 0 ? first.message : `${first.message} (and ${more} more)`, first);
    this.problems = problems;
  }
}

/** Throws a {@link ProblemsError} when there is a problem; returns when there is none. */
export function assertNoProblems(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new ProblemsError(problems);
}

/** The problems an error stands for: its own list, itself, or for any other error one of code `UNEXPECTED`. */
export function problemsOf(error: unknown): readonly Problem[] {
  if (error instanceof ProblemsError) return error.problems;
  if (error instanceof DistroError) return [plain(error)];
  return [{ code: 'UNEXPECTED', message: error instanceof Error ? error.message : String(error) }];
}

/** An error's message is not enumerable: copies and JSON of the error itself would lack it. */
function plain({ code, message, path, hint }: DistroError): Problem {
  return { code, message, ...(path === undefined ? {} : { path }), ...(hint === undefined ? {} : { hint }) };
}
