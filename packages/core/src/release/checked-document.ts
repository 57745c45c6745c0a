import { z } from 'zod';
import type { Problem } from '../errors/distro-error.ts';

/** Each finding becomes a problem that names the document; what does not parse is one. */
export function checkedDocument(
  name: string,
  path: string,
  text: string | undefined,
  check: (text: string) => readonly string[],
): readonly Problem[] {
  const problem = (message: string): Problem => ({ code: 'RELEASE_INVALID', message: `${name}: ${message}`, path });
  if (text === undefined) return [problem('it is not there')];
  try {
    return check(text).map(problem);
  } catch (error) {
    if (error instanceof SyntaxError) return [problem('it is not JSON')];
    if (error instanceof z.ZodError) return [problem(`it is not what its name says: ${z.prettifyError(error)}`)];
    throw error;
  }
}
