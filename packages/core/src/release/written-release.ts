import { lstatSync, readdirSync } from 'node:fs';
import { sha256Of, type Sha256 } from '../model/digest.ts';
import { fsCode } from '../store/fs-error.ts';
import { statSignature } from '../store/stat-signature.ts';
import type { Store } from '../store/store.ts';
import type { ReleaseContent } from './contents.ts';

/** What the store remembers of a release that was written: what tells it from others, and each file's stat signature. */
interface WrittenRelease {
  readonly release: Sha256;
  readonly files: Readonly<Record<string, string>>;
}

/** Remembers the release that was written to a directory. */
export async function rememberWritten(store: Store, output: string, about: readonly ReleaseContent[]): Promise<void> {
  const written: WrittenRelease = {
    release: identityOf(about),
    files: signaturesIn(output),
  };
  await store.saveNote(noteName(output), JSON.stringify(written));
}

/** True when a directory holds the very release, and nothing in it was touched since this store wrote it there. */
export async function isWritten(store: Store, output: string, about: readonly ReleaseContent[]): Promise<boolean> {
  const note = await store.tryFindNote(noteName(output));
  if (note === undefined) return false;
  const { release, files } = parseNote(note);
  if (release !== identityOf(about)) return false;
  try {
    const found = signaturesIn(output);
    const names = Object.keys(found);
    return names.length === Object.keys(files).length && names.every((name) => found[name] === files[name]);
  } catch (error) {
    if (fsCode(error) === undefined) throw error;
    return false;
  }
}

/** The files about a release as a whole name everything in it. */
function identityOf(about: readonly ReleaseContent[]): Sha256 {
  return sha256Of(about.map(({ sha256 }) => sha256).join(' '));
}

function parseNote(text: string): WrittenRelease {
  try {
    return JSON.parse(text) as WrittenRelease;
  } catch {
    return { release: '', files: {} };
  }
}

function noteName(output: string): string {
  return `release ${output}`;
}

/** Not with promises: for the ten thousand small files that a release can have they would take ten times as long. */
function signaturesIn(directory: string): Record<string, string> {
  const signatures: Record<string, string> = {};
  addSignatures(signatures, directory, '');
  return signatures;
}

/** `prefix` is the name of `directory` in the release with a slash at its end; empty for the release itself. */
function addSignatures(signatures: Record<string, string>, directory: string, prefix: string): void {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const name = `${prefix}${entry.name}`;
    const path = `${directory}/${entry.name}`;
    const stats = lstatSync(path, { bigint: true });
    signatures[name] = entry.isDirectory() ? `directory ${stats.mode}` : statSignature(stats);
    if (entry.isDirectory()) addSignatures(signatures, path, `${name}/`);
  }
}
