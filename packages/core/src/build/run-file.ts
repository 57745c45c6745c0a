import { resolve } from 'node:path';
import { DistroError } from '../errors/distro-error.ts';
import { fsCode } from '../store/fs-error.ts';
import type { Runner } from './runner.ts';

/**
 * Takes a file beside the program into the store.
 *
 * @throws SOURCE_FILE_MISSING, DIGEST_MISMATCH when it changed since the plan was made
 */
export const runFile: Runner<'file'> = async (step, { store, appDir }) => {
  const { sha256, size } = step;
  const file = resolve(appDir, step.file);
  try {
    return { file: await store.putFile(file, { expect: { sha256, size } }) };
  } catch (error) {
    if (fsCode(error) !== 'ENOENT') throw error;
    throw new DistroError('SOURCE_FILE_MISSING', `${file} does not exist`, { cause: error });
  }
};
