/** A value that JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/** A JSON object. */
export type JsonObject = { readonly [key: string]: Json | undefined };

/** Compares by UTF-16 code unit: the order of `Array.prototype.sort`, the same on every machine and in every locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * The one text of a value: keys sorted by code unit, no space, members that are undefined left out. Equal values have
 * equal texts whatever order their keys were written in, so its sha256 can name them.
 */
export function canonicalJson(value: Json): string {
  return JSON.stringify(sortKeys(value));
}

/** {@link canonicalJson} for people: two spaces of indent and a newline at the end. Used for every JSON file we write. */
export function prettyJson(value: Json): string {
  return `${JSON.stringify(sortKeys(value), undefined, 2)}\n`;
}

function sortKeys(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(sortKeys);
  if (value === null || typeof value !== 'object') return value;
  const object = value as JsonObject;
  const sorted: { [key: string]: Json | undefined } = {};
  for (const key of Object.keys(object).sort()) {
    const member = object[key];
    if (member === undefined) continue;
    if (key === '__proto__') Object.defineProperty(sorted, key, { value: sortKeys(member), enumerable: true });
    else sorted[key] = sortKeys(member);
  }
  return sorted;
}
