import { DistroError } from '../errors/distro-error.ts';

/** A version of a Go module. */
export interface GoModule {
  readonly path: string;
  /** Such as `v1.36.3`; `(devel)` for one that was built where it stands; empty for a replacement by a directory. */
  readonly version: string;
  /** The checksum `h1:…`; absent for one that has none, such as a patched copy. */
  readonly sum?: string;
}

/** A module that a program is made of. */
export interface GoDependency extends GoModule {
  /** What was built in its place. */
  readonly replacement?: GoModule;
}

/** What a Go program is made of. */
export interface GoModuleInfo {
  /** The import path of its main package; absent where Go did not know. */
  readonly path?: string;
  /** The module of the main package; absent where Go did not know. */
  readonly main?: GoDependency;
  /** The other modules, as Go sorted them. */
  readonly dependencies: readonly GoDependency[];
  /** How it was built, such as `CGO_ENABLED` to `0`, in Go's order. */
  readonly settings: readonly (readonly [name: string, value: string])[];
}

/** The module whose files were built: a replacement by another version, else the module itself, patched or not. */
export function builtModule({ replacement, ...module }: GoDependency): GoModule {
  return replacement === undefined || replacement.version === '' ? module : replacement;
}

const MAX_LINES = 50_000;

/**
 * Reads the text that `go version -m` prints. Lines of a kind that it does not know are skipped, as Go does.
 *
 * @throws FORMAT_INVALID naming the line, FORMAT_LIMIT
 * @see https://pkg.go.dev/runtime/debug#ParseBuildInfo
 */
export function parseGoModuleInfo(text: string): GoModuleInfo {
  const lines = text.split('\n', MAX_LINES + 1);
  if (lines.length > MAX_LINES)
    throw new DistroError('FORMAT_LIMIT', `Go build information has over ${MAX_LINES} lines`);
  const settings: (readonly [string, string])[] = [];
  const dependencies: GoDependency[] = [];
  let path: string | undefined;
  let main: GoDependency | undefined;
  // The module that a replacement on the next line belongs to.
  let replace: ((replacement: GoModule) => void) | undefined;
  for (const line of lines) {
    const tab = line.indexOf('\t');
    const rest = line.slice(tab + 1);
    switch (line.slice(0, tab)) {
      case 'path':
        path = rest;
        break;
      case 'mod': {
        const read = moduleOf(rest);
        main = read;
        replace = (replacement) => (main = { ...read, replacement });
        break;
      }
      case 'dep': {
        const read = moduleOf(rest);
        dependencies.push(read);
        replace = (replacement) => dependencies.splice(-1, 1, { ...read, replacement });
        break;
      }
      case '=>':
        if (replace === undefined) throw invalid(line);
        replace(moduleOf(rest));
        replace = undefined;
        break;
      case 'build':
        settings.push(settingOf(rest));
        break;
      default:
    }
  }
  return { ...(path === undefined ? {} : { path }), ...(main === undefined ? {} : { main }), dependencies, settings };
}

function moduleOf(columns: string): GoModule {
  const [path = '', version, sum = '', ...more] = columns.split('\t');
  const isSum = sum === '' || /^h1:[A-Za-z0-9+/]{43}=$/.test(sum);
  if (path === '' || version === undefined || more.length > 0 || !isSum) throw invalid(columns);
  return { path, version, ...(sum === '' ? {} : { sum }) };
}

const QUOTED = /^(?:"(?:[^"\\]|\\.)*"|`[^`]*`)/u;

function settingOf(text: string): readonly [string, string] {
  const quoted = QUOTED.exec(text)?.[0];
  const name = quoted ?? /^[^=]+/.exec(text)?.[0];
  if (name === undefined || text[name.length] !== '=') throw invalid(text);
  const value = text.slice(name.length + 1);
  const isQuoted = QUOTED.exec(value)?.[0] === value;
  return [quoted === undefined ? name : unquote(name), isQuoted ? unquote(value) : value];
}

const ESCAPES: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

/** A string literal of Go. @see https://go.dev/ref/spec#String_literals */
function unquote(literal: string): string {
  const inner = literal.slice(1, -1);
  if (literal.startsWith('`')) return inner;
  return inner.replaceAll(
    /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))/gu,
    (_, x, u, long, single) => {
      const code = (x ?? u ?? long) as string | undefined;
      const point = Number.parseInt(code ?? '', 16);
      if (code !== undefined) return String.fromCodePoint(point > 0x10ffff ? 0xfffd : point);
      return ESCAPES[single as string] ?? (single as string);
    },
  );
}

function invalid(line: string): DistroError {
  return new DistroError('FORMAT_INVALID', `Go build information has a line ${JSON.stringify(line.slice(0, 200))}`);
}

/** The digest in a module's checksum `h1:…`, in hexadecimal; undefined for a checksum of another kind. */
export function dirHash(sum: string): string | undefined {
  return sum.startsWith('h1:') ? Buffer.from(sum.slice(3), 'base64').toString('hex') : undefined;
}
