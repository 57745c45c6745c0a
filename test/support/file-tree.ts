import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256Of } from '../../packages/core/src/model/digest.ts';
import { compareText } from '../../packages/core/src/model/json.ts';

/** Everything below a directory, by path: its mode, and the digest of a file or the target of a link. */
export async function fileTree(dir: string): Promise<Readonly<Record<string, string>>> {
  const paths = ['.', ...(await readdir(dir, { recursive: true }))].sort(compareText);
  const entries = await Promise.all(paths.map(async (path) => [path, await describeFile(join(dir, path))] as const));
  return Object.fromEntries(entries);
}

async function describeFile(path: string): Promise<string> {
  const stats = await lstat(path);
  const mode = (stats.mode & 0o7777).toString(8).padStart(4, '0');
  if (stats.isDirectory()) return `${mode} directory`;
  if (stats.isSymbolicLink()) return `${mode} → ${await readlink(path)}`;
  return `${mode} ${sha256Of(await readFile(path))}`;
}
