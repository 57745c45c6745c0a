import { identityOf } from '../manifests/identity.ts';
import type { Json, JsonObject } from '../model/json.ts';
import { fail, failUnknown, thereIs } from './fail.ts';
import { mismatch } from './json-match.ts';

/** Which Kubernetes object is meant. */
export interface ObjectQuery {
  readonly kind: string;
  readonly name: string;
  /** Any, when absent. */
  readonly namespace?: string;
  /** Such as `apps/v1`; any when absent. */
  readonly apiVersion?: string;
}

/** The one object that a query names. The assertion fails when there is none or several, and says what there is. */
export function findObject(objects: readonly JsonObject[], query: ObjectQuery): JsonObject {
  const ofKind = objects.filter((object) => object['kind'] === query.kind);
  if (ofKind.length === 0)
    failUnknown(
      'object of kind',
      query.kind,
      objects.map((object) => text(object['kind'])),
    );
  const named = ofKind.filter((object) => nameOf(object) === query.name);
  if (named.length === 0) failUnknown(query.kind, query.name, ofKind.map(nameOf));
  const found = named.filter(
    (object) =>
      (query.namespace === undefined || identityOf(object).namespace === query.namespace) &&
      (query.apiVersion === undefined || object['apiVersion'] === query.apiVersion),
  );
  const [first] = found;
  if (first !== undefined && found.length === 1) return first;
  const problem = first === undefined ? `no ${query.kind} ${query.name} fits` : `${found.length} objects fit`;
  fail(`${problem} ${JSON.stringify(query)} (${thereIs(named.map(describeObject))})`, {
    actual: named.map(describeObject),
    expected: query,
  });
}

/** Fails when an object does not match the pattern, and says where. */
export function expectMatch(object: JsonObject, pattern: JsonObject): void {
  const found = mismatch(object, pattern);
  if (found === undefined) return;
  const at = found.at === '' ? 'the object' : found.at;
  fail(`${describeObject(object)}: ${at} is ${show(found.actual)}, expected ${show(found.expected)}`, {
    actual: object,
    expected: pattern,
  });
}

/** An object in words: `apps/v1 Deployment kube-system/coredns`. */
export function describeObject(object: JsonObject): string {
  const { namespace, name } = identityOf(object);
  return `${text(object['apiVersion'])} ${text(object['kind'])} ${namespace === '' ? name : `${namespace}/${name}`}`;
}

function nameOf(object: JsonObject): string {
  return identityOf(object).name;
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : show(value);
}

function show(value: Json | undefined): string {
  return value === undefined ? 'absent' : JSON.stringify(value);
}
