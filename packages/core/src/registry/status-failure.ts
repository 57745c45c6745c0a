import { z } from 'zod';
import type { ErrorCode } from '../errors/codes.ts';
import { DistroError } from '../errors/distro-error.ts';
import { PassingFailure } from '../sources/download-failure.ts';
import { redact } from '../sources/http-get.ts';
import type { HttpAnswer } from './http-client.ts';
import { retryAfterMs } from './patience.ts';
import { readJson } from './read-body.ts';

/** Statuses that another attempt may not meet. */
const PASSING: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);
const MAX_ERROR = 64 * 1024;
const MAX_MESSAGE = 300;

/** The errors of the specification's section "Error Codes". */
const errorsSchema = z.object({
  errors: z.array(z.object({ code: z.string().default(''), message: z.string().default('') })).min(1),
});

/**
 * The error for an answer whose status is not what was hoped for, with what the registry says about it.
 *
 * @param clean - Takes secrets out of the registry's words.
 */
export async function statusFailure(
  answer: HttpAnswer,
  method: string,
  now: number,
  clean: (text: string) => string = (text) => text,
): Promise<DistroError | PassingFailure> {
  const { status, url } = answer;
  const said = errorsSchema.safeParse(await readJson(answer, MAX_ERROR).catch(() => undefined)).data?.errors[0];
  const words = said === undefined ? '' : `: ${plainText(clean(`${said.code} ${said.message}`))}`;
  const code = codeFor(status, said?.code);
  const error = new DistroError(code, `${method} ${redact(url.href)} answered with status ${status}${words}`, {
    hint: hintFor(status),
  });
  return PASSING.has(status) ? new PassingFailure(error, retryAfterMs(answer.header('retry-after'), now)) : error;
}

function codeFor(status: number, said: string | undefined): ErrorCode {
  if (status === 401 || status === 403) return 'REGISTRY_DENIED';
  if (status === 404) return 'REGISTRY_NOT_FOUND';
  return said === 'DIGEST_INVALID' || said === 'SIZE_INVALID' ? 'DIGEST_MISMATCH' : 'REGISTRY_FAILED';
}

function hintFor(status: number): string | undefined {
  if (status === 401) return 'log in: docker login, or a credential helper in the docker configuration';
  if (status === 403) return 'these credentials do not allow it';
  if (status === 405) return 'the registry may not allow it at all; deletion, for one, must be enabled';
  return status >= 300 && status < 400 ? 'name the registry by the address that it redirects to' : undefined;
}

/** One line without control characters. */
function plainText(text: string): string {
  return text
    .trim()
    .slice(0, MAX_MESSAGE)
    .replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ');
}
