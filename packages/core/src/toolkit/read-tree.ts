import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DistroError } from '../errors/distro-error.ts';
import type { TreeNode } from '../model/tree-node.ts';
import { parseDocument } from '../plan/parse-document.ts';
import { treeSchema } from '../plan/tree-schema.ts';
import { readRelease } from '../release/read-release.ts';

/**
 * Reads the construct tree of a release.
 *
 * @throws RELEASE_NOT_FOUND, RELEASE_INVALID
 */
export async function readTree(directory: string): Promise<TreeNode> {
  await readRelease(directory);
  const where = join(directory, 'tree.json');
  const text = await readFile(where, 'utf8').catch((cause: unknown) => {
    throw new DistroError('RELEASE_INVALID', `cannot read ${where}`, { cause });
  });
  return parseDocument(text, treeSchema, { code: 'RELEASE_INVALID', where });
}
