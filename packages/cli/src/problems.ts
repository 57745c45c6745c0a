import type { ErrorCode, Problem } from '@distrokit/core';

/** Problems that a command found or ran into, thrown as one error by the command line itself. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly [Problem, ...Problem[]], options: { readonly cause?: unknown } = {}) {
    super(problems[0].message, options);
    this.problems = problems;
  }
}

/** The error for a command line that cannot be followed. */
export function usageError(message: string, hint?: string): CommandError {
  return new CommandError([hint === undefined ? { code: 'USAGE', message } : { code: 'USAGE', message, hint }]);
}

/** What went wrong, as data, and whether it is something that we did not foresee. */
export interface Failure {
  /** At least one. */
  readonly problems: readonly Problem[];
  /** True for an error that is not ours: then only its stack says more. */
  readonly unexpected: boolean;
}

/**
 * Reads any thrown value. Our errors are known by their shape and not by their class, for two reasons: usage errors
 * must not load the library, and an app may come with a copy of the library of its own.
 */
export function failureOf(error: unknown): Failure {
  if (error instanceof CommandError) return { problems: error.problems, unexpected: false };
  if (isDistroError(error)) return { problems: (error.problems ?? [error]).map(problemOf), unexpected: false };
  const code = systemCode(error);
  const message = error instanceof Error ? error.message : String(error);
  if (code !== undefined)
    return { problems: [{ code, message: withoutCode(message), hint: SYSTEM_HINTS[code] }], unexpected: false };
  return {
    problems: [{ code: 'UNEXPECTED', message, hint: 'add --debug for the stack, and please report it' }],
    unexpected: true,
  };
}

/** True for an error of distrokit's library, whichever copy of it threw. */
export function isDistroError(error: unknown): error is Problem & { readonly problems?: readonly Problem[] } {
  return error instanceof Error && error.name === 'DistroError' && 'code' in error && typeof error.code === 'string';
}

/** The text with its first letter in lower case, the way our messages begin. */
export function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function problemOf({ code, message, path, hint }: Problem): Problem {
  return { code, message, ...(path === undefined ? {} : { path }), ...(hint === undefined ? {} : { hint }) };
}

type SystemCode = Extract<ErrorCode, 'DISK_FULL' | 'PERMISSION_DENIED'>;

const SYSTEM_CODES: Readonly<Record<string, SystemCode>> = {
  ENOSPC: 'DISK_FULL',
  EDQUOT: 'DISK_FULL',
  EACCES: 'PERMISSION_DENIED',
  EPERM: 'PERMISSION_DENIED',
  EROFS: 'PERMISSION_DENIED',
};

const SYSTEM_HINTS: Readonly<Record<SystemCode, string>> = {
  DISK_FULL: 'free some space, such as with distrokit store gc, and run the same command again',
  PERMISSION_DENIED: 'check the owner and the mode of that path',
};

/** Node begins the message of a system error with its code: `EACCES: permission denied, open '/a'`. */
function withoutCode(message: string): string {
  return lowerFirst(message.replace(/^E[A-Z]+: /, ''));
}

function systemCode(error: unknown): SystemCode | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  return SYSTEM_CODES[error.code];
}
