import type { z } from 'zod';
import { ProblemsError } from '../errors/distro-error.ts';
import type { ErrorCode } from '../errors/codes.ts';

/** Where a document comes from and what its errors are called. */
export interface DocumentSource {
  readonly code: ErrorCode;
  /** Names the document in errors, such as `dist/release.json`. */
  readonly where: string;
}

/**
 * Parses JSON and checks it against a schema.
 *
 * @throws the code of `source`, with one problem for each place that is wrong
 */
export function parseDocument<T>(text: string, schema: z.ZodType<T>, { code, where }: DocumentSource): T {
  const result = schema.safeParse(parseJson(text, { code, where }));
  if (result.success) return result.data;
  throw new ProblemsError(
    result.error.issues.map(({ path, message }) => ({
      code,
      message: `${where}: ${path.length === 0 ? '' : `${path.join('.')}: `}${lowerFirst(message)}`,
    })),
  );
}

function parseJson(text: string, { code, where }: DocumentSource): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new ProblemsError([
      { code, message: `${where} is not JSON: ${error instanceof Error ? error.message : ''}` },
    ]);
  }
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}
