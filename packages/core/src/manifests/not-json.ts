/** Where a value cannot be written as JSON, and what stands there. */
export interface NotJson {
  /** Such as `spec.containers[0].image`. */
  readonly path: string;
  /** Such as `a Date` or `NaN`. */
  readonly what: string;
}

/** Deeper than any manifest, and far from the end of the stack of any reader. */
const DEPTH_LIMIT = 200;

type Key = string | number;

/**
 * The first part of a value that JSON in UTF-8 cannot hold: a function, an instance of a class, a number that is not
 * finite, a hole in a list, a text that is not Unicode, a circle. Undefined when there is none. Members of an object
 * that are undefined are fine: they are left out.
 */
export function notJson(value: unknown): NotJson | undefined {
  if (isJson(value, DEPTH_LIMIT)) return undefined;
  const path: Key[] = [];
  const what = find(value, path, []);
  return what === undefined ? undefined : { path: pathText(path), what };
}

/** The same question without the place, which is what nearly every object needs. A circle is deeper than any limit. */
function isJson(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value === 'number') return Number.isFinite(value);
  if (value === null || typeof value !== 'object') return value === null || typeof value === 'boolean';
  if (depth === 0) return false;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) if (!isJson(value[index], depth - 1)) return false;
    return true;
  }
  if (!isPlainObject(value)) return false;
  for (const key of Object.keys(value)) {
    const member = (value as Record<string, unknown>)[key];
    if (!key.isWellFormed() || (member !== undefined && !isJson(member, depth - 1))) return false;
  }
  return true;
}

/** Leaves the way to what it found in `path`. `above` are the objects that the value is inside of. */
function find(value: unknown, path: Key[], above: object[]): string | undefined {
  if (value === null || typeof value === 'boolean') return undefined;
  if (typeof value === 'string')
    return value.isWellFormed() ? undefined : 'a text that is not Unicode (half a surrogate pair)';
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : String(value);
  if (typeof value !== 'object') return value === undefined ? 'undefined' : `a ${typeof value}`;
  if (above.includes(value)) return 'a circle';
  if (above.length === DEPTH_LIMIT) return `more than ${DEPTH_LIMIT} levels`;
  above.push(value);
  const found = Array.isArray(value) ? findInList(value, path, above) : findInObject(value, path, above);
  above.pop();
  return found;
}

function findInList(list: readonly unknown[], path: Key[], above: object[]): string | undefined {
  // By index, because the iteration methods skip the holes of a sparse list.
  for (let index = 0; index < list.length; index++) {
    path.push(index);
    const found = find(list[index], path, above);
    if (found !== undefined) return found;
    path.pop();
  }
  return undefined;
}

function findInObject(object: object, path: Key[], above: object[]): string | undefined {
  if (!isPlainObject(object)) return `a ${object.constructor?.name ?? 'class instance'}`;
  for (const [key, member] of Object.entries(object)) {
    path.push(key);
    const found = key.isWellFormed()
      ? member === undefined
        ? undefined
        : find(member, path, above)
      : 'a key that is not Unicode';
    if (found !== undefined) return found;
    path.pop();
  }
  return undefined;
}

/** An object literal of any realm, or one without a prototype. */
function isPlainObject(object: object): boolean {
  const prototype = Object.getPrototypeOf(object) as object | null;
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function pathText(path: readonly Key[]): string {
  if (path.length === 0) return 'its top';
  return path.map((key, index) => (typeof key === 'number' ? `[${key}]` : index === 0 ? key : `.${key}`)).join('');
}
