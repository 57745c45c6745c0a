import { isDeepStrictEqual } from 'node:util';
import type { Json, JsonObject } from '../model/json.ts';
import type { Step } from '../plan/document.ts';

const MOST = 5;

/**
 * Says what differs between the last run of a step and now, from the texts that the two keys were made of: one phrase
 * for each place, such as `variables changed` or `input kubelet changed`.
 */
export function explainChange(step: Step, before: string, now: string): readonly string[] {
  const places = differences(JSON.parse(before) as Json, JSON.parse(now) as Json, []);
  const phrases = [...new Set(places.map((place) => phrase(step, place)))];
  const more = phrases.length - MOST;
  return more <= 0 ? phrases : [...phrases.slice(0, MOST), `${more} more changes`];
}

type Place = readonly (string | number)[];

/** The innermost places that differ; lists of other lengths and objects against anything else differ as a whole. */
function differences(before: Json | undefined, now: Json | undefined, place: Place): readonly Place[] {
  if (isDeepStrictEqual(before, now)) return [];
  if (Array.isArray(before) && Array.isArray(now) && before.length === now.length) {
    return now.flatMap((item: Json, index) => differences(before[index] as Json, item, [...place, index]));
  }
  if (!isObject(before) || !isObject(now)) return [place];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(now)])].sort();
  return keys.flatMap((key) => differences(before[key], now[key], [...place, key]));
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function phrase(step: Step, place: Place): string {
  // Where the key has the digest of an input, the step has the reference to it.
  const at = valueAt(step as unknown as Json, place.slice(0, -1));
  if (place.at(-1) === 'sha256' && isObject(at) && typeof at['output'] === 'string') {
    return `input ${at['output']} changed`;
  }
  return `${nameOf(step, place)} changed`;
}

/** `files[/etc/kubelet].mode` rather than `spec.files[3].mode`: an item is named by its path or name where it has one. */
function nameOf(step: Step, place: Place): string {
  const [first, ...rest] = place;
  const start = first === 'spec' && rest.length > 0 ? 1 : 0;
  return place.slice(start).reduce<string>((text, part, index) => {
    if (typeof part === 'string') return text === '' ? part : `${text}.${part}`;
    const item = valueAt(step as unknown as Json, place.slice(0, start + index + 1));
    return `${text}[${itemName(item) ?? part}]`;
  }, '');
}

function itemName(item: Json | undefined): string | undefined {
  if (!isObject(item)) return undefined;
  const metadata = item['metadata'];
  const candidates = [item['path'], item['name'], isObject(metadata) ? metadata['name'] : undefined];
  return candidates.find((candidate) => typeof candidate === 'string');
}

function valueAt(value: Json | undefined, place: Place): Json | undefined {
  return place.reduce<Json | undefined>((at, part) => {
    if (typeof at !== 'object' || at === null) return undefined;
    return (at as JsonObject)[part];
  }, value);
}
