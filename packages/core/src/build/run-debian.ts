import { join } from 'node:path';
import { sha256Of } from '../model/digest.ts';
import { canonicalJson } from '../model/json.ts';
import { fetchDebian } from '../sources/debian.ts';
import { makeDirectory } from '../store/make-directory.ts';
import type { Runner } from './runner.ts';

/**
 * Fetches a pinned Debian package with apt. The package lists stay in a cache of the store: several packages of one
 * suite fetch them once.
 *
 * @throws TOOL_MISSING without apt
 * @throws SOURCE_UNAVAILABLE when the mirror does not have the version any more
 * @throws DIGEST_MISMATCH when the mirror has other bytes
 */
export const runDebian: Runner<'debian'> = async (step, context) => {
  const { store, appDir, signal } = context;
  const { suite, component, mirror, keyring, arch, sha256, size } = step;
  const lists = sha256Of(canonicalJson({ suite, component, mirror, keyring, arch }));
  const dir = join(await store.cacheDir('apt'), lists);
  await makeDirectory(dir);
  const into = await context.tempDir();
  const fetch = (): Promise<string> => fetchDebian(step, into, { dir, appDir, signal });
  const file = await store.exclusive(lists, fetch, signal);
  return { file: await store.putFile(file, { move: true, expect: { sha256, size } }) };
};
