import type { Json, JsonObject } from '../model/json.ts';

/** Where a value differs from a pattern. */
export interface Mismatch {
  /** Such as `spec.template.spec.containers[0].image`; empty for the value itself. */
  readonly at: string;
  readonly actual: Json | undefined;
  readonly expected: Json | undefined;
}

/**
 * The first place where `actual` does not match `pattern`, or undefined when it does. An object matches when each member
 * of the pattern does, whatever else it has; an array matches when it is as long and each element does; a member that
 * the pattern sets to `undefined` must be absent.
 */
export function mismatch(actual: Json | undefined, pattern: Json | undefined, at = ''): Mismatch | undefined {
  if (Array.isArray(pattern)) return mismatchArray(actual, pattern as readonly Json[], at);
  if (isObject(pattern)) {
    if (!isObject(actual)) return { at, actual, expected: pattern };
    for (const [key, expected] of Object.entries(pattern)) {
      const found = mismatch(Object.hasOwn(actual, key) ? actual[key] : undefined, expected, memberPath(at, key));
      if (found !== undefined) return found;
    }
    return undefined;
  }
  return Object.is(actual, pattern) ? undefined : { at, actual, expected: pattern };
}

function mismatchArray(actual: Json | undefined, pattern: readonly Json[], at: string): Mismatch | undefined {
  if (!Array.isArray(actual) || actual.length !== pattern.length) return { at, actual, expected: pattern };
  const elements = actual as readonly Json[];
  for (const [index, expected] of pattern.entries()) {
    const found = mismatch(elements[index], expected, `${at}[${index}]`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function memberPath(at: string, key: string): string {
  if (!/^[A-Za-z_][\w-]*$/.test(key)) return `${at}[${JSON.stringify(key)}]`;
  return at === '' ? key : `${at}.${key}`;
}
