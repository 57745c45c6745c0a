import { DistroError } from '../errors/distro-error.ts';
import { compareText, type Json, type JsonObject } from '../model/json.ts';
import { yamlLiteral, yamlNumber, yamlText } from './yaml-scalar.ts';

/** The keys that come first in every mapping, in this order; the others follow sorted by code unit. */
const FIRST_KEYS: readonly string[] = ['apiVersion', 'kind', 'metadata', 'name', 'namespace', 'labels', 'annotations'];

const RANK: ReadonlyMap<string, number> = new Map(FIRST_KEYS.map((key, index) => [key, index]));

/** Line breaks by depth. */
const NEWLINES: string[] = [];

/** Readers need not accept an implicit key longer than this ({@link https://yaml.org/spec/1.2.2/#742-flow-mappings}). */
const IMPLICIT_KEY_LIMIT = 1000;

/**
 * One YAML document in block style, ending with a newline. Stable: equal values have equal texts whatever order their
 * keys were written in. Read back as YAML 1.1 or 1.2 it is the same value; members that are undefined are left out.
 *
 * @throws `OBJECT_INVALID` for a value that JSON cannot hold; `checkObjects` finds those with their place.
 */
export function toYaml(value: Json): string {
  const out: string[] = [];
  writeNode(out, value, 0);
  out.push('\n');
  return out.join('');
}

/** Several documents in one text, separated by `---`. */
export function toYamlDocuments(values: readonly Json[]): string {
  return values.map(toYaml).join('---\n');
}

/** Writes a value that starts on the current line; `depth` is the column of its further lines, in steps of two. */
function writeNode(out: string[], value: Json, depth: number): void {
  if (value === null || typeof value !== 'object') out.push(scalar(value, depth));
  else if (isList(value)) writeSequence(out, value, depth, '');
  else writeMapping(out, value, depth, '');
}

/** Writes what follows a key's colon: the items of a list stay in the column of the key, a mapping goes two further. */
function writeMember(out: string[], value: Json, depth: number): void {
  if (value === null || typeof value !== 'object') out.push(' ', scalar(value, depth + 1));
  else if (isList(value)) writeSequence(out, value, depth, newline(depth));
  else writeMapping(out, value, depth + 1, newline(depth + 1));
}

/** `lead` stands before the first member: a line break, or nothing where the mapping starts on the current line. */
function writeMapping(out: string[], object: JsonObject, depth: number, lead: string): void {
  const keys = orderedKeys(object);
  if (keys.length === 0) out.push(lead === '' ? '{}' : ' {}');
  let before = lead;
  for (const key of keys) {
    out.push(before, mappingKey(key, depth), ':');
    writeMember(out, object[key] as Json, depth);
    before = newline(depth);
  }
}

/** `lead` is as in {@link writeMapping}. */
function writeSequence(out: string[], items: readonly Json[], depth: number, lead: string): void {
  if (items.length === 0) out.push(lead === '' ? '[]' : ' []');
  let before = lead;
  for (const item of items) {
    out.push(before, '- ');
    writeNode(out, item, depth + 1);
    before = newline(depth);
  }
}

function mappingKey(key: string, depth: number): string {
  const text = yamlText(key);
  return text.length > IMPLICIT_KEY_LIMIT ? `? ${text}${newline(depth)}` : text;
}

function scalar(value: null | boolean | number | string, depth: number): string {
  if (typeof value === 'string') return literal(value, depth) ?? yamlText(value);
  if (typeof value === 'number' && Number.isFinite(value)) return yamlNumber(value);
  if (value === null || typeof value === 'boolean') return String(value);
  throw new DistroError('OBJECT_INVALID', `YAML cannot hold the ${typeof value} ${String(value)}`);
}

/** A literal block needs an indentation of its own, which the top of a document does not have. */
function literal(text: string, depth: number): string | undefined {
  return depth === 0 || !text.includes('\n') ? undefined : yamlLiteral(text, '  '.repeat(depth));
}

/** A line break with the indentation of a depth; made once each, since there is one for every line. */
function newline(depth: number): string {
  return (NEWLINES[depth] ??= `\n${'  '.repeat(depth)}`);
}

/** The keys of the members that are there, in their order. Called for every mapping: no closure, no copy. */
function orderedKeys(object: JsonObject): string[] {
  const keys = Object.keys(object);
  let count = 0;
  for (const key of keys) {
    if (object[key] !== undefined) keys[count++] = key;
  }
  keys.length = count;
  return count > 1 ? keys.sort(compareKeys) : keys;
}

function compareKeys(a: string, b: string): number {
  const rankA = RANK.get(a) ?? FIRST_KEYS.length;
  const rankB = RANK.get(b) ?? FIRST_KEYS.length;
  return rankA === rankB ? compareText(a, b) : rankA - rankB;
}

/** `Array.isArray` for a readonly list, which TypeScript does not narrow to. */
function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
