import type { Json, JsonObject } from '../model/json.ts';

/** What makes an object itself: the version of its group is not part of it, `v1` and `v1beta1` are one object. */
export interface Identity {
  /** The API group; empty for the core group. */
  readonly group: string;
  readonly kind: string;
  /** Empty for an object without one. */
  readonly namespace: string;
  readonly name: string;
}

/** The identity of an object; members that it lacks are empty. */
export function identityOf(object: JsonObject): Identity {
  const metadata = asObject(object['metadata']);
  return {
    group: groupOf(object),
    kind: asText(object['kind']),
    namespace: asText(metadata?.['namespace']),
    name: asText(metadata?.['name']),
  };
}

/** {@link identityOf} in one text, for maps and messages: `apps/Deployment/kube-system/coredns`. */
export function objectIdentity(object: JsonObject): string {
  const { group, kind, namespace, name } = identityOf(object);
  return `${group}/${kind}/${namespace}/${name}`;
}

/** The API group of an object's `apiVersion`; empty for the core group (`v1`). */
export function groupOf(object: JsonObject): string {
  const apiVersion = asText(object['apiVersion']);
  return apiVersion.slice(0, Math.max(0, apiVersion.indexOf('/')));
}

/** The value if it is a mapping, else undefined. */
export function asObject(value: Json | undefined): JsonObject | undefined {
  return value === null || typeof value !== 'object' || Array.isArray(value) ? undefined : (value as JsonObject);
}

/** The value if it is a text, else the empty text. */
export function asText(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}
