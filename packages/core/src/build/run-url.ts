import { join } from 'node:path';
import { sha256Of } from '../model/digest.ts';
import { download } from '../sources/download.ts';
import type { Runner } from './runner.ts';

/**
 * Downloads a pinned file. What came before an interruption is kept in a cache of the store, for the next run to go on.
 *
 * @throws DIGEST_MISMATCH, DOWNLOAD_TRUNCATED, DOWNLOAD_FAILED, SOURCE_UNAVAILABLE
 */
export const runUrl: Runner<'url'> = async ({ id, url, sha256, size }, { store, signal, report }) => {
  const expect = { sha256, size };
  // Locking may have left it here, or another address of the same bytes.
  if ((await store.tryFindBlob(expect)) !== undefined) return { file: expect };
  // Another pin of the same address is another file: two builds may fetch both at once.
  const file = join(await store.cacheDir('downloads'), sha256Of(`${sha256} ${url}`));
  const onProgress = (done: number): void => report({ type: 'step-progress', id, done, total: size });
  await download(url, { file, expect, signal, onProgress });
  return { file: await store.putFile(file, { move: true, expect }) };
};
