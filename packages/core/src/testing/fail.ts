import { AssertionError } from 'node:assert';
import { compareText } from '../model/json.ts';
import { nearest } from '../model/nearest.ts';

/** Ends an assertion that does not hold. Every test runner knows the error and prints both values. */
export function fail(message: string, values: { readonly actual?: unknown; readonly expected?: unknown } = {}): never {
  throw new AssertionError({ message, actual: values.actual, expected: values.expected, operator: 'distrokit' });
}

/** Ends the search for a name: says which names there are, the nearest first. */
export function failUnknown(what: string, name: string, names: readonly string[]): never {
  const known = [...new Set(names)].sort(compareText);
  const near = nearest(name, known);
  const hint = near === undefined ? '' : `; did you mean ${near}?`;
  fail(`there is no ${what} ${name}${hint} (${thereIs(known)})`, { actual: known, expected: name });
}

/** `there are: a, b`, or that there is none. Long lists are cut. */
export function thereIs(items: readonly string[]): string {
  if (items.length === 0) return 'there is none';
  const shown = items.slice(0, 20).join(', ');
  const rest = items.length - 20;
  return `there ${items.length === 1 ? 'is' : 'are'}: ${shown}${rest > 0 ? `, … and ${rest} more` : ''}`;
}
