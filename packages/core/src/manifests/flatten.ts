import type { Json, JsonObject } from '../model/json.ts';
import { asObject } from './identity.ts';

/** One object and where it stood, for messages: `3`, or `3.items[2]` inside a list. */
export interface PlacedObject {
  readonly place: string;
  readonly object: Json | undefined;
}

/** Lists inside lists; real ones have one level. */
const DEPTH_LIMIT = 16;

/**
 * The objects with every list replaced by its items, wherever it stands, in their order. A list is what kubectl takes
 * for one: a kind that ends in `List` with `items`. The items of a typed list such as `ConfigMapList` may leave out
 * `apiVersion` and `kind`; they have the list's.
 */
export function flattenLists(objects: readonly (JsonObject | undefined)[]): PlacedObject[] {
  return objects.flatMap((object, index) => flatten(object, String(index), DEPTH_LIMIT));
}

function flatten(value: Json | undefined, place: string, depth: number): PlacedObject[] {
  const items = depth === 0 ? undefined : listItems(value);
  return (
    items?.flatMap((item, index) => flatten(item, `${place}.items[${index}]`, depth - 1)) ?? [{ place, object: value }]
  );
}

function listItems(value: Json | undefined): readonly Json[] | undefined {
  const list = asObject(value);
  const items = list?.['items'];
  const kind = list?.['kind'];
  if (list === undefined || !Array.isArray(items) || typeof kind !== 'string' || !kind.endsWith('List'))
    return undefined;
  const inherited = kind === 'List' ? {} : { apiVersion: list['apiVersion'], kind: kind.slice(0, -'List'.length) };
  return (items as readonly Json[]).map((item) => {
    const object = asObject(item);
    return object === undefined || kind === 'List' ? item : { ...inherited, ...object };
  });
}
