import { z } from 'zod';
import type { ContentRef, PackageFile } from '../model/package-spec.ts';
import { sourceProblems } from '../model/source-problems.ts';
import type { FileSource } from '../model/source.ts';
import type { Component } from './component.ts';

/** Owner and mode of a packaged file. */
export interface FileOptions {
  /** Permission bits. @default 0o644, 0o755 for directories and binaries */
  readonly mode?: number;
  /** @default 'root' */
  readonly owner?: string;
  /** @default 'root' */
  readonly group?: string;
}

/** Options of a configuration file. */
export interface ConfigOptions extends FileOptions {
  /** What an rpm upgrade does with an edited file: keep it (`noreplace`) or put it aside (`replace`). @default 'noreplace' */
  readonly onUpgrade?: 'noreplace' | 'replace';
}

/** Options of a binary. */
export interface BinaryOptions extends FileOptions {
  /** Linux file capabilities in the syntax of `setcap`: `cap_net_bind_service=ep`. */
  readonly capabilities?: string;
}

/** One entry of a package's `files`, by its destination. Made by the functions of this file. */
export type PackagedFile =
  | ({ readonly kind: 'text'; readonly text: string; readonly config?: 'noreplace' | 'replace' } & FileOptions)
  | ({ readonly kind: 'local'; readonly source: FileSource; readonly config?: 'noreplace' | 'replace' } & FileOptions)
  | ({ readonly kind: 'binary'; readonly component: Component; readonly name: string } & BinaryOptions)
  | ({ readonly kind: 'keyring'; readonly form: 'binary' | 'armored' } & FileOptions)
  | ({ readonly kind: 'directory' } & FileOptions)
  | ({ readonly kind: 'symlink'; readonly target: string } & FileOptions)
  | ({ readonly kind: 'ghost' } & FileOptions);

/** A file with this text. */
export function text(content: string, options: FileOptions = {}): PackagedFile {
  return { kind: 'text', text: content, ...options };
}

/** A configuration file: an administrator's edits survive upgrades. */
export function config(content: string | FileSource, options: ConfigOptions = {}): PackagedFile {
  const { onUpgrade = 'noreplace', ...rest } = options;
  if (typeof content === 'string') return { kind: 'text', text: content, config: onUpgrade, ...rest };
  return { kind: 'local', source: content, config: onUpgrade, ...rest };
}

/** A file from beside the program. */
export function local(source: FileSource, options: FileOptions = {}): PackagedFile {
  return { kind: 'local', source, ...options };
}

/** One of the files that a component builds. */
export function binary(component: Component, name: string, options: BinaryOptions = {}): PackagedFile {
  return { kind: 'binary', component, name, ...options };
}

/** The keyring of the distribution: `binary` as apt reads it, `armored` as rpm does. */
export function keyring(form: 'binary' | 'armored', options: FileOptions = {}): PackagedFile {
  return { kind: 'keyring', form, ...options };
}

/** A directory that the package owns. */
export function directory(options: FileOptions = {}): PackagedFile {
  return { kind: 'directory', ...options };
}

/** A symbolic link. */
export function symlink(target: string): PackagedFile {
  return { kind: 'symlink', target };
}

/** A file that the package owns and does not ship, such as a log or a cache: gone when the package is purged. */
export function ghost(options: FileOptions = {}): PackagedFile {
  return { kind: 'ghost', ...options };
}

const KINDS: ReadonlySet<unknown> = new Set(['text', 'local', 'binary', 'keyring', 'directory', 'symlink', 'ghost']);

/** Accepts what the functions of this file make. */
export const packagedFileSchema: z.ZodType<PackagedFile> = z
  .custom<PackagedFile>(
    isPackagedFile,
    'must be made by text(…), config(…), local(…), binary(…), keyring(…), directory(…), symlink(…) or ghost(…)',
  )
  .superRefine((entry, context) => {
    if (!isPackagedFile(entry) || entry.kind !== 'local') return;
    for (const { code, message, hint } of sourceProblems(entry.source)) {
      context.addIssue({ code: 'custom', message, params: { code, hint } });
    }
  });

function isPackagedFile(value: unknown): value is PackagedFile {
  return typeof value === 'object' && value !== null && KINDS.has((value as { kind?: unknown }).kind);
}

/** The plan's form of a packaged file; `contentOf` finds the content of the kinds that have one elsewhere. */
export function toPackageFile(
  path: string,
  entry: PackagedFile,
  contentOf: (entry: PackagedFile & { kind: 'local' | 'binary' | 'keyring' }) => ContentRef,
): PackageFile {
  const { owner = 'root', group = 'root' } = entry;
  const base = { path, owner, group };
  switch (entry.kind) {
    case 'text':
      return { ...base, type: 'file', mode: entry.mode ?? 0o644, content: { text: entry.text }, ...configOf(entry) };
    case 'local':
      return { ...base, type: 'file', mode: entry.mode ?? 0o644, content: contentOf(entry), ...configOf(entry) };
    case 'binary': {
      const capabilities = entry.capabilities === undefined ? {} : { capabilities: entry.capabilities };
      return { ...base, type: 'file', mode: entry.mode ?? 0o755, content: contentOf(entry), ...capabilities };
    }
    case 'keyring':
      return { ...base, type: 'file', mode: entry.mode ?? 0o644, content: contentOf(entry) };
    case 'directory':
      return { ...base, type: 'directory', mode: entry.mode ?? 0o755 };
    case 'symlink':
      return { ...base, type: 'symlink', mode: 0o777, target: entry.target };
    case 'ghost':
      return { ...base, type: 'ghost', mode: entry.mode ?? 0o644 };
  }
}

function configOf(entry: { readonly config?: 'noreplace' | 'replace' }): { config?: 'noreplace' | 'replace' } {
  return entry.config === undefined ? {} : { config: entry.config };
}
