import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DistroError } from '../errors/distro-error.ts';
import { parseDocument } from '../plan/parse-document.ts';
import { ifExists, withFsErrors } from '../store/fs-error.ts';
import type { Release } from './document.ts';
import { releaseSchema } from './schema.ts';

/**
 * Reads the `release.json` of a release directory.
 *
 * @throws RELEASE_NOT_FOUND, RELEASE_INVALID, PERMISSION_DENIED
 */
export async function readRelease(directory: string): Promise<Release> {
  const file = join(directory, 'release.json');
  const text = await withFsErrors(file, () => ifExists(readFile(file, 'utf8')));
  if (text !== undefined) return parseDocument(text, releaseSchema, { code: 'RELEASE_INVALID', where: file });
  const hint = 'name the directory of a release, or make one with `distrokit synth`';
  throw new DistroError('RELEASE_NOT_FOUND', `${directory} holds no release: there is no ${file}`, { hint });
}
