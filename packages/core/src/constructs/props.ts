import { z } from 'zod';
import type { Problem } from '../errors/distro-error.ts';
import { nearest } from '../model/nearest.ts';

/** The problems that a schema finds in props, one for each, with the nearest known name for a misspelt one. */
export function propsProblems(path: string, schema: z.ZodType, error: z.ZodError): readonly Problem[] {
  return error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => unknownOption(path, [...issue.path, key], keysAt(schema, issue.path)))
      : [refusedValue(path, issue)],
  );
}

function unknownOption(path: string, where: readonly PropertyKey[], known: readonly string[]): Problem {
  const message = `there is no option ${where.map(String).join('.')}`;
  const near = nearest(String(where.at(-1)), known);
  if (near !== undefined) return { code: 'PROPS_INVALID', path, message, hint: `did you mean ${near}?` };
  return { code: 'PROPS_INVALID', path, message, ...(known.length > 0 ? { hint: `known: ${known.join(', ')}` } : {}) };
}

/** A schema of our own can give a problem its own code and hint through the issue's `params`. */
function refusedValue(path: string, issue: z.core.$ZodIssue): Problem {
  const { code = 'PROPS_INVALID', hint } = ('params' in issue ? issue.params : {}) as Partial<Problem>;
  const text = issue.message.charAt(0).toLowerCase() + issue.message.slice(1);
  const where = issue.path.map(String).join('.');
  return { code, path, message: where === '' ? text : `${where}: ${text}`, ...(hint === undefined ? {} : { hint }) };
}

/** The option names that a schema knows at a place; none where it is not an object. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  let current: unknown = schema;
  for (const part of path) {
    current = unwrap(current);
    if (current instanceof z.ZodObject) current = current.shape[String(part)];
    else if (current instanceof z.ZodArray) current = current.element;
    else if (current instanceof z.ZodRecord) current = current.valueType;
    else return [];
  }
  current = unwrap(current);
  return current instanceof z.ZodObject ? Object.keys(current.shape).sort() : [];
}

function unwrap(schema: unknown): unknown {
  let current = schema;
  while (current instanceof z.ZodOptional || current instanceof z.ZodExactOptional) current = current.unwrap();
  return current;
}
