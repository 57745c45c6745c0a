import type { PackageFile } from '../model/package-spec.ts';
import { fail, failUnknown } from './fail.ts';

/** A file of a package. `content` is its text; absent where the level that is asked does not know it. */
export type FileFacts = PackageFile<string | undefined>;

/** What a file must be; what is absent may be anything. */
export interface FileExpectation {
  readonly type?: FileFacts['type'];
  /** Permission bits, such as `0o755`. */
  readonly mode?: number;
  readonly owner?: string;
  readonly group?: string;
  /** The text, or what it must match. */
  readonly content?: string | RegExp;
  /** True for a configuration file that an upgrade does not overwrite. */
  readonly config?: boolean;
  /** Of a symlink. */
  readonly target?: string;
  /** In the syntax of `setcap`. */
  readonly capabilities?: string;
}

/** The file of a package. The assertion fails when the package has none at that path, and says which it has. */
export function findFile(files: readonly FileFacts[], path: string, of: string): FileFacts {
  const file = files.find((candidate) => candidate.path === path);
  return (
    file ??
    failUnknown(
      `file in ${of}:`,
      path,
      files.map((candidate) => candidate.path),
    )
  );
}

/** Fails when a file is not as expected; names every difference. */
export function expectFile(file: FileFacts, expected: FileExpectation, of: string): void {
  const actual = factsOf(file);
  const differences = (Object.keys(expected) as (keyof FileExpectation)[])
    .filter((key) => !agrees(actual[key], expected[key]))
    .map((key) => `${key} is ${show(key, actual[key])}, expected ${show(key, expected[key])}`);
  if (differences.length > 0) fail(`${file.path} in ${of}: ${differences.join('; ')}`, { actual, expected });
}

function factsOf(file: FileFacts): FileExpectation {
  const { type, mode, owner, group } = file;
  const common = { type, mode, owner, group, config: file.type === 'file' && file.config === 'noreplace' };
  if (file.type === 'symlink') return { ...common, target: file.target };
  if (file.type !== 'file') return common;
  return {
    ...common,
    ...(file.content === undefined ? {} : { content: file.content }),
    ...(file.capabilities === undefined ? {} : { capabilities: file.capabilities }),
  };
}

type Value = FileExpectation[keyof FileExpectation];

function agrees(actual: Value, expected: Value): boolean {
  return expected instanceof RegExp ? typeof actual === 'string' && expected.test(actual) : actual === expected;
}

function show(key: keyof FileExpectation, value: Value): string {
  if (value === undefined) return key === 'content' ? 'not known here' : 'absent';
  if (key === 'mode' && typeof value === 'number') return `0o${value.toString(8).padStart(3, '0')}`;
  return value instanceof RegExp ? String(value) : JSON.stringify(value);
}
