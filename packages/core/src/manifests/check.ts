import type { Problem } from '../errors/distro-error.ts';
import { canonicalJson, type Json, type JsonObject } from '../model/json.ts';
import { flattenLists } from './flatten.ts';
import { asObject, asText, objectIdentity } from './identity.ts';
import { notJson } from './not-json.ts';

/** Objects that can be rendered, or why they cannot. */
export interface CheckedObjects {
  /** Lists flattened, identical duplicates dropped; in the order given. Without the objects that have a problem. */
  readonly objects: readonly JsonObject[];
  readonly problems: readonly Problem[];
}

/** Every problem of a set of objects; see {@link collectObjects}. */
export function checkObjects(objects: readonly JsonObject[]): Problem[] {
  return [...collectObjects(objects).problems];
}

/**
 * Flattens lists, drops identical duplicates, and finds every problem: `OBJECT_INVALID` for an object that has no
 * apiVersion, kind or usable name, or that holds a value which JSON cannot; `OBJECT_COLLISION` for two objects that
 * differ under one identity. A problem says the index, kind and name of its object; its construct is for the caller to add.
 */
export function collectObjects(given: readonly JsonObject[]): CheckedObjects {
  const problems: Problem[] = [];
  const seen = new Map<string, { readonly place: string; readonly object: JsonObject }>();
  for (const { place, object } of flattenLists(given)) {
    const found = objectProblems(object, place);
    problems.push(...found);
    if (found.length > 0) continue;
    const valid = object as JsonObject;
    const key = objectIdentity(valid);
    const twin = seen.get(key);
    if (twin === undefined) seen.set(key, { place, object: valid });
    else if (canonicalJson(twin.object) !== canonicalJson(valid)) problems.push(collision(valid, place, twin.place));
  }
  return { objects: Array.from(seen.values(), ({ object }) => object), problems };
}

function objectProblems(value: Json | undefined, place: string): Problem[] {
  const bad = notJson(value);
  if (bad !== undefined) {
    return [
      invalid(
        `${describe(value, place)} holds ${bad.what} at ${bad.path}`,
        'use texts, finite numbers, booleans, null, lists and plain objects',
      ),
    ];
  }
  const object = asObject(value);
  if (object === undefined)
    return [invalid(`object ${place} is not a mapping`, 'give an object with apiVersion, kind and metadata.name')];
  return identityProblems(object).map(([message, hint]) => invalid(`${describe(object, place)}: ${message}`, hint));
}

type Finding = readonly [message: string, hint: string];

/** The version part of an apiVersion begins with a `v`; a group is a DNS name. */
const API_VERSION = /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?\/)?v[a-z0-9]+$/;

function identityProblems(object: JsonObject): Finding[] {
  const { apiVersion, kind } = object;
  const findings: Finding[] = [];
  if (typeof apiVersion !== 'string' || !API_VERSION.test(apiVersion)) {
    findings.push([`apiVersion is ${quote(apiVersion)}`, 'name the group and version of the kind, such as apps/v1']);
  }
  if (typeof kind !== 'string' || !/^[A-Za-z][A-Za-z0-9]*$/.test(kind)) {
    findings.push([`kind is ${quote(kind)}`, 'name the kind, such as Deployment']);
  }
  const metadata = asObject(object['metadata']);
  return findings.concat(
    nameProblems(metadata),
    textMapProblems(metadata, 'labels'),
    textMapProblems(metadata, 'annotations'),
  );
}

function nameProblems(metadata: JsonObject | undefined): Finding[] {
  const name = metadata?.['name'];
  const namespace = metadata?.['namespace'];
  const findings: Finding[] = [];
  if (name === undefined && metadata?.['generateName'] !== undefined) {
    findings.push([
      'metadata.generateName makes a new object at every apply',
      'give it a metadata.name, so that it can be upgraded and removed',
    ]);
  } else if (typeof name !== 'string' || !isPathSegment(name)) {
    findings.push([`metadata.name is ${quote(name)}`, 'name it with a text that has no / or %, and is not . or ..']);
  }
  if (
    namespace !== undefined &&
    (typeof namespace !== 'string' || !/^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)?$/.test(namespace))
  ) {
    findings.push([
      `metadata.namespace is ${quote(namespace)}`,
      'use at most 63 lower-case letters, digits and -, or leave it out',
    ]);
  }
  return findings;
}

/** What the API server lets every kind be called; RBAC names such as `system:coredns` use all of it. */
function isPathSegment(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && name.length <= 253 && !/[/%\s]/.test(name);
}

/** The API server refuses a label that is a number or a boolean: the mistake of every second manifest. */
function textMapProblems(metadata: JsonObject | undefined, field: 'labels' | 'annotations'): Finding[] {
  const members = metadata?.[field];
  if (members === undefined || members === null) return [];
  const map = asObject(members);
  if (map === undefined) return [[`metadata.${field} is not a mapping`, `write ${field} as a mapping of texts`]];
  return Object.keys(map)
    .filter((key) => map[key] !== undefined && typeof map[key] !== 'string')
    .map((key) => [
      `metadata.${field}[${JSON.stringify(key)}] is ${quote(map[key])}, not a text`,
      `write it as '${JSON.stringify(map[key])}'`,
    ]);
}

function collision(object: JsonObject, place: string, otherPlace: string): Problem {
  return {
    code: 'OBJECT_COLLISION',
    message: `${describe(object, place)} differs from object ${otherPlace} of the same identity ${objectIdentity(object)}`,
    hint: 'rename one of them, or put both into one object',
  };
}

function invalid(message: string, hint: string): Problem {
  return { code: 'OBJECT_INVALID', message, hint };
}

/** `object 3 (Deployment coredns)`. */
function describe(value: Json | undefined, place: string): string {
  const object = asObject(value);
  const words = `${asText(object?.['kind'])} ${asText(asObject(object?.['metadata'])?.['name'])}`.trim();
  return words === '' ? `object ${place}` : `object ${place} (${words})`;
}

function quote(value: Json | undefined): string {
  return value === undefined ? 'missing' : JSON.stringify(value);
}
