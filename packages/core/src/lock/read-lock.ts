import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { z } from 'zod';
import { DistroError } from '../errors/distro-error.ts';
import { type Lock, lockSchema } from './schema.ts';

/**
 * Reads a lock.
 *
 * @throws LOCK_MISSING when there is no file.
 * @throws LOCK_INVALID when it is not a lock, naming the place in it.
 */
export async function readLock(file: string): Promise<Lock> {
  const lock = await tryReadLock(file);
  if (lock !== undefined) return lock;
  throw new DistroError('LOCK_MISSING', `there is no ${basename(file)} beside the app`, { hint: 'distrokit lock' });
}

/**
 * Reads a lock; undefined when there is no file.
 *
 * @throws LOCK_INVALID
 */
export async function tryReadLock(file: string): Promise<Lock | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new DistroError('PERMISSION_DENIED', `${file} cannot be read: ${error.message}`, { cause: error });
  });
  return text === undefined ? undefined : parseLock(text, basename(file));
}

/**
 * Reads a lock from its text.
 *
 * @param name - How to call it in an error.
 * @throws LOCK_INVALID
 */
export function parseLock(text: string, name: string): Lock {
  const parsed = lockSchema.safeParse(parseJson(text, name));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue === undefined ? '' : jsonPath(issue.path);
  throw new DistroError('LOCK_INVALID', `${name}${where} is not valid: ${issue?.message ?? 'unknown'}`, {
    hint: HINT,
  });
}

const HINT =
  'the file is written by distrokit lock only: take it back from version control, or remove it and lock again';

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const merging = /^(<{7}|={7}|>{7})/mu.test(text);
    throw new DistroError('LOCK_INVALID', `${name} is not JSON: ${(error as Error).message}`, {
      hint: merging ? 'it holds a merge conflict: take either side, then distrokit lock' : HINT,
      cause: error,
    });
  }
}

/** A place in a JSON text as JavaScript writes it: `.sources["go:…"].sum`. */
function jsonPath(path: z.core.$ZodIssue['path']): string {
  const step = (part: PropertyKey): string => {
    if (typeof part === 'number') return `[${part}]`;
    const name = String(part);
    return /^[A-Za-z_]\w*$/u.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
  };
  return path.length === 0 ? '' : ` at ${path.map(step).join('').replace(/^\./u, '')}`;
}
