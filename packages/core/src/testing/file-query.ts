import { type Sha256, sha256Of } from '../model/digest.ts';
import { fail, failUnknown } from './fail.ts';

/** A file of a package. */
export interface FileFacts {
  readonly path: string;
  readonly type: 'file' | 'directory' | 'symlink' | 'hardlink' | 'ghost';
  /** Permission bits. */
  readonly mode: number;
  readonly owner: string;
  readonly group: string;
  /** True for a configuration file that an upgrade does not overwrite. */
  readonly config: boolean;
  /** The text, where it is known: in a plan, of what is not built. */
  readonly content?: string;
  /** Of the content, where it is known: in a release, of every file. */
  readonly sha256?: Sha256;
  /** Of a link. */
  readonly target?: string;
  /** In the syntax of `setcap`; deb has none. */
  readonly capabilities?: string;
}

/** What a file must be; what is absent may be anything. */
export type FileExpectation = Partial<Omit<FileFacts, 'path' | 'content'>> & {
  /** The text, or what it must match. A release knows digests only: there it must be the whole text. */
  readonly content?: string | RegExp;
};

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
  const { content, ...members } = expected;
  const keys = Object.keys(members) as (keyof typeof members)[];
  const differences = keys
    .filter((key) => file[key] !== members[key])
    .map((key) => `${key} is ${show(key, file[key])}, expected ${show(key, members[key])}`);
  if (content !== undefined) differences.push(...contentDifferences(file, content));
  if (differences.length === 0) return;
  fail(`${file.path} in ${of}: ${differences.join('; ')}`, { actual: file, expected });
}

function contentDifferences(file: FileFacts, expected: string | RegExp): readonly string[] {
  const { content: actual, sha256 } = file;
  if (actual !== undefined) {
    const agrees = expected instanceof RegExp ? expected.test(actual) : actual === expected;
    return agrees ? [] : [`content is ${JSON.stringify(actual)}, expected ${showText(expected)}`];
  }
  if (sha256 === undefined) return ['content is not known before it is built'];
  if (expected instanceof RegExp) return ['content is known by its sha256 only: expect the whole text'];
  const wanted = sha256Of(expected);
  return sha256 === wanted ? [] : [`content has sha256 ${sha256}, expected ${wanted} of ${showText(expected)}`];
}

function showText(expected: string | RegExp): string {
  return expected instanceof RegExp ? String(expected) : JSON.stringify(expected);
}

function show(key: keyof FileFacts, value: FileFacts[keyof FileFacts]): string {
  if (value === undefined) return 'absent';
  if (key === 'mode' && typeof value === 'number') return `0o${value.toString(8).padStart(3, '0')}`;
  return JSON.stringify(value);
}
