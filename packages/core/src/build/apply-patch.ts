import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { applyPatch as applyHunks, parsePatch, type StructuredPatch } from 'diff';
import { DistroError } from '../errors/distro-error.ts';
import { withoutSignatures } from './patch-text.ts';

/** A patch file. */
export interface PatchFile {
  /** How errors call it. */
  readonly name: string;
  /** Where its bytes are. */
  readonly file: string;
}

/**
 * Applies a unified diff to the files below `root`, as `patch -p1` does: hunks may have moved, but their context must be
 * there exactly. Files can be made, removed and renamed.
 *
 * @throws PATCH_FAILED naming the patch, the file and the hunk; for a path that leaves `root`; for a binary change.
 */
export async function applyPatch(root: string, patch: PatchFile): Promise<void> {
  // One character a byte, so that a file in any encoding comes out as it went in.
  const text = await readFile(patch.file, 'latin1');
  const changes = parse(text, patch.name).filter(changesSomething);
  if (changes.length === 0) throw new DistroError('PATCH_FAILED', `${patch.name} holds no change`);
  for (const change of changes) await applyChange(root, change, patch.name);
}

function parse(text: string, name: string): readonly StructuredPatch[] {
  try {
    return parsePatch(withoutSignatures(text));
  } catch (error) {
    throw new DistroError('PATCH_FAILED', `${name} is not a unified diff: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function changesSomething(change: StructuredPatch): boolean {
  return change.hunks.length > 0 || change.isRename === true || change.isBinary === true || change.isDelete === true;
}

async function applyChange(root: string, change: StructuredPatch, patch: string): Promise<void> {
  const from = targetOf(change.oldFileName, patch);
  const to = targetOf(change.newFileName, patch);
  const name = to ?? from ?? 'no file';
  if (change.isBinary === true) throw new DistroError('PATCH_FAILED', `${patch} changes ${name}, a binary file`);
  const before = from === undefined ? '' : await read(join(root, from), `${patch} changes ${from}`);
  const after = applyHunks(before, change, { autoConvertLineEndings: false });
  if (after === false) {
    const [hunk, count] = [failingHunk(before, change), change.hunks.length];
    throw new DistroError(
      'PATCH_FAILED',
      `${patch} does not apply to ${name}: hunk ${hunk} of ${count} does not match`,
      {
        hint: 'make the patch anew against the version that is built',
      },
    );
  }
  // Files of a module cache are read-only, and so are copies of them.
  if (from !== undefined && change.isCopy !== true) await rm(join(root, from));
  if (to === undefined) return;
  await mkdir(dirname(join(root, to)), { recursive: true });
  await writeFile(join(root, to), after, 'latin1');
}

/** The file that a header names, without its first directory; undefined for `/dev/null`. */
function targetOf(header: string | undefined, patch: string): string | undefined {
  if (header === undefined || header === '/dev/null') return undefined;
  const name = Buffer.from(header, 'latin1').toString('utf8');
  const elements = name.split('/').slice(1);
  const plain =
    elements.length > 0 && elements.every((element) => element !== '' && element !== '.' && element !== '..');
  if (plain && !name.startsWith('/') && !name.includes('\0')) return elements.join('/');
  throw new DistroError('PATCH_FAILED', `${patch} names '${name}', which is not a path inside the source`, {
    hint: 'file names in a patch start with a/ and b/, as git writes them',
  });
}

async function read(file: string, what: string): Promise<string> {
  return readFile(file, 'latin1').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' && error.code !== 'EISDIR') throw error;
    throw new DistroError('PATCH_FAILED', `${what}, which the source does not have`, { cause: error });
  });
}

/** The number of the first hunk that does not match, counted from one. */
function failingHunk(before: string, change: StructuredPatch): number {
  const applies = (count: number): boolean =>
    applyHunks(before, { ...change, hunks: change.hunks.slice(0, count) }, { autoConvertLineEndings: false }) !== false;
  return change.hunks.findIndex((_, index) => !applies(index + 1)) + 1;
}
