import { z } from 'zod';
import type { Problem } from '../errors/distro-error.ts';
import { nearest } from '../model/nearest.ts';

/** The problems that a schema finds in props, one for each, with the nearest known name for a misspelt one. */
export function propsProblems(path: string, schema: z.ZodType, error: z.ZodError): readonly Problem[] {
  return error.issues.flatMap((issue) => {
    const where = issue.path.map(String).join('.');
    if (issue.code !== 'unrecognized_keys') return [problem(path, where, issue.message)];
    return issue.keys.map((key) => {
      const name = where === '' ? key : `${where}.${key}`;
      const known = keysAt(schema, issue.path);
      const suggestion = nearest(key, known);
      const hint =
        suggestion === undefined
          ? known.length > 0
            ? `known: ${known.join(', ')}`
            : undefined
          : `did you mean ${suggestion}?`;
      return {
        code: 'PROPS_INVALID',
        path,
        message: `there is no option ${name}`,
        ...(hint === undefined ? {} : { hint }),
      };
    });
  });
}

function problem(path: string, where: string, message: string): Problem {
  const text = message.charAt(0).toLowerCase() + message.slice(1);
  return { code: 'PROPS_INVALID', path, message: where === '' ? text : `${where}: ${text}` };
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
