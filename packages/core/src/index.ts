export { DistroError, ProblemsError, problemsOf, type Problem } from './errors/distro-error.ts';
export { ERROR_CODES, type ErrorCode } from './errors/codes.ts';
