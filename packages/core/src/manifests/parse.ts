import { LineCounter, parseAllDocuments, type Document, type YAMLError } from 'yaml';
import { DistroError } from '../errors/distro-error.ts';
import type { Json, JsonObject } from '../model/json.ts';
import { kubectlTags } from './kubectl-tags.ts';

/** An object read from a manifest, with the line its document starts at. */
export interface ParsedObject {
  readonly object: JsonObject;
  /** From 1. */
  readonly line: number;
}

/** How a manifest is read. */
export interface ParseManifestsOptions {
  /** Stands in front of the line number in messages. @default 'manifest' */
  readonly file?: string;
  /** The longest text that is read, in UTF-16 code units. @default 33,554,432 */
  readonly sizeLimit?: number;
}

/** Values in the expansion of all aliases of a document; a document of a few lines can otherwise fill the memory. */
const NODE_LIMIT = 2_000_000;

/** Nodes of an alias may be repeated that often, counted through aliases inside aliases. */
const ALIAS_LIMIT = 1000;

/**
 * Reads a text of YAML documents into objects, as kubectl would: YAML 1.1 with merge keys, but dates, base 60 and
 * binary are texts. JSON is YAML too. Empty documents are skipped; lists are left as they are.
 *
 * @throws `FORMAT_INVALID` with file, line and column: a syntax error, a key twice, an unknown tag, a document that is
 *   not a mapping, an integer that JSON readers would round.
 * @throws `FORMAT_LIMIT` for a text that is too long, too deep, or grows too much when its aliases are followed.
 */
export function parseManifests(text: string, options: ParseManifestsOptions = {}): ParsedObject[] {
  const { file = 'manifest', sizeLimit = 2 ** 25 } = options;
  if (text.length > sizeLimit)
    throw new DistroError('FORMAT_LIMIT', `${file} has ${text.length} characters; the limit is ${sizeLimit}`);
  const lines = new LineCounter();
  return parseDocuments(text, file, lines).flatMap((document) => {
    const [problem] = [...document.errors, ...document.warnings];
    if (problem !== undefined) throw syntaxError(problem, file, lines);
    const { line } = lines.linePos(document.contents?.range[0] ?? 0);
    const value = toJson(document, `${file}:${line}`);
    return value === null ? [] : [{ object: asManifest(value, `${file}:${line}`), line }];
  });
}

function parseDocuments(text: string, file: string, lineCounter: LineCounter): readonly Document.Parsed[] {
  try {
    const parsed = parseAllDocuments(text, {
      version: '1.1',
      customTags: kubectlTags,
      lineCounter,
      intAsBigInt: true,
      prettyErrors: false,
      logLevel: 'silent',
    });
    return Array.isArray(parsed) ? parsed : [];
  } catch (error) {
    throw error instanceof RangeError ? tooDeep(error, file) : error;
  }
}

function toJson(document: Document, place: string): Json {
  try {
    return plain(document.toJS({ maxAliasCount: ALIAS_LIMIT }), place, { nodes: 0 });
  } catch (error) {
    // An anchor that does not exist, or too many nodes behind the aliases: the reader has one class for both.
    if (error instanceof ReferenceError) {
      const code = error.message.startsWith('Excessive') ? 'FORMAT_LIMIT' : 'FORMAT_INVALID';
      throw new DistroError(code, `${place}: ${lowerFirst(error.message)}`, { cause: error });
    }
    throw error instanceof RangeError ? tooDeep(error, place) : error;
  }
}

/** A copy without big integers and without parts in common: what an alias stands for is as large as it looks. */
function plain(value: unknown, place: string, count: { nodes: number }): Json {
  count.nodes += 1;
  if (count.nodes > NODE_LIMIT)
    throw new DistroError('FORMAT_LIMIT', `${place}: more than ${NODE_LIMIT} values in one document`);
  if (typeof value === 'bigint') return integer(value, place);
  if (value === null || typeof value !== 'object') return value as Json;
  if (Array.isArray(value)) return value.map((item) => plain(item, place, count));
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member, place, count)]));
}

/** A number of JavaScript prints as the shortest digits that mean it, so another text is another integer. */
function integer(value: bigint, place: string): number {
  const number = Number(value);
  if (BigInt(number) === value || String(number) === String(value)) return number;
  throw new DistroError('FORMAT_INVALID', `${place}: the integer ${value} does not fit a number`, {
    hint: 'write it in quotes, if its field takes a text',
  });
}

function asManifest(value: Json, place: string): JsonObject {
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value as JsonObject;
  throw new DistroError('FORMAT_INVALID', `${place}: the document is not a mapping`, {
    hint: 'a manifest has apiVersion, kind and metadata',
  });
}

function syntaxError(problem: YAMLError, file: string, lines: LineCounter): DistroError {
  const { line, col } = lines.linePos(problem.pos[0]);
  const place = `${file}:${line}:${col}`;
  if (problem.code === 'RESOURCE_EXHAUSTION') return tooDeep(problem, place);
  const [message = ''] = problem.message.split('\n');
  return new DistroError('FORMAT_INVALID', `${place}: ${lowerFirst(message)}`, { cause: problem });
}

/** The reader is recursive: a text of ten thousand brackets ends its stack, not the process. */
function tooDeep(cause: Error, place: string): DistroError {
  return new DistroError('FORMAT_LIMIT', `${place}: nested too deeply`, { cause });
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
