import { DistroError } from '../errors/distro-error.ts';
import type { Json, JsonObject } from '../model/json.ts';
import { yamlLiteral, yamlNumber, yamlText } from './yaml-scalar.ts';

/** The keys that come first in every mapping, in this order; the others follow sorted by code unit. */
const FIRST_KEYS: readonly string[] = ['apiVersion', 'kind', 'metadata', 'name', 'namespace', 'labels', 'annotations'];

const IS_FIRST: ReadonlySet<string> = new Set(FIRST_KEYS);

/** Readers need not accept an implicit key longer than this ({@link https://yaml.org/spec/1.2.2/#742-flow-mappings}). */
const IMPLICIT_KEY_LIMIT = 1000;

/**
 * One YAML document in block style, ending with a newline. Stable: equal values have equal texts whatever order their
 * keys were written in. Read back as YAML 1.1 or 1.2 it is the same value; members that are undefined are left out.
 *
 * @throws `OBJECT_INVALID` for a value that JSON cannot hold; `checkObjects` finds those with their place.
 */
export function toYaml(value: Json): string {
  return `${node(value, '')}\n`;
}

/** Several documents in one text, separated by `---`. */
export function toYamlDocuments(values: readonly Json[]): string {
  return values.map(toYaml).join('---\n');
}

/**
 * The text of a value that starts on the current line. `indent` is the column of the value's own lines; it stands
 * before all of them but the first.
 */
function node(value: Json, indent: string): string {
  if (value === null || typeof value !== 'object') return scalar(value, indent);
  if (isList(value)) return value.length === 0 ? '[]' : sequence(value, indent);
  const keys = orderedKeys(value);
  return keys.length === 0 ? '{}' : mapping(value, keys, indent);
}

function mapping(object: JsonObject, keys: readonly string[], indent: string): string {
  let text = '';
  for (const key of keys) {
    if (text !== '') text += `\n${indent}`;
    text += `${mappingKey(key, indent)}:${memberValue(object[key] as Json, indent)}`;
  }
  return text;
}

function mappingKey(key: string, indent: string): string {
  const text = yamlText(key);
  return text.length > IMPLICIT_KEY_LIMIT ? `? ${text}\n${indent}` : text;
}

/** What follows a key's colon: lists stay in the column of the key, mappings go two further. */
function memberValue(value: Json, indent: string): string {
  if (value !== null && typeof value === 'object') {
    if (isList(value)) return value.length === 0 ? ' []' : `\n${indent}${sequence(value, indent)}`;
    const keys = orderedKeys(value);
    const inner = `${indent}  `;
    return keys.length === 0 ? ' {}' : `\n${inner}${mapping(value, keys, inner)}`;
  }
  return ` ${scalar(value, `${indent}  `)}`;
}

function sequence(items: readonly Json[], indent: string): string {
  const inner = `${indent}  `;
  let text = '';
  for (const item of items) text += `${text === '' ? '' : `\n${indent}`}- ${node(item, inner)}`;
  return text;
}

function scalar(value: null | boolean | number | string, indent: string): string {
  if (typeof value === 'string') return literal(value, indent) ?? yamlText(value);
  if (typeof value === 'number' && Number.isFinite(value)) return yamlNumber(value);
  if (value === null || typeof value === 'boolean') return String(value);
  throw new DistroError('OBJECT_INVALID', `YAML cannot hold the ${typeof value} ${String(value)}`);
}

/** A literal block needs an indentation of its own, which the top of a document does not have. */
function literal(text: string, indent: string): string | undefined {
  return indent === '' ? undefined : yamlLiteral(text, indent);
}

function orderedKeys(object: JsonObject): string[] {
  const rest = Object.keys(object)
    .filter((key) => object[key] !== undefined)
    .sort();
  if (!rest.some((key) => IS_FIRST.has(key))) return rest;
  const first = FIRST_KEYS.filter((key) => Object.hasOwn(object, key) && object[key] !== undefined);
  return [...first, ...rest.filter((key) => !IS_FIRST.has(key))];
}

/** `Array.isArray` for a readonly list, which TypeScript does not narrow to. */
function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
