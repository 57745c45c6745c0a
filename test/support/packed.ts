import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

/** A workspace as npm publishes it. */
export interface PackedPackage {
  readonly name: string;
  /** The path of the archive. */
  readonly archive: string;
  /** The files in it, relative to the package, sorted as npm lists them. */
  readonly files: readonly { readonly path: string; readonly mode: number }[];
}

/** Packs this repository's packages into a directory, as they were built. */
export async function packWorkspaces(to: string): Promise<readonly PackedPackage[]> {
  await mkdir(to, { recursive: true });
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', to];
  const workspaces = ['core', 'addons', 'cli'].flatMap((name) => ['--workspace', `packages/${name}`]);
  const { stdout } = await run('npm', [...args, ...workspaces], { cwd: ROOT, maxBuffer: 2 ** 26 });
  const packed = JSON.parse(stdout) as Answer[] | Record<string, Answer>;
  return Object.values(packed).map(({ name, filename, files }) => ({ name, archive: join(to, filename), files }));
}

interface Answer {
  readonly name: string;
  readonly filename: string;
  readonly files: PackedPackage['files'];
}

/** Makes a project that depends on packed packages, and on others from the registry by name and version. */
export async function installPacked(
  dir: string,
  packages: readonly PackedPackage[],
  others: Readonly<Record<string, string>>,
): Promise<void> {
  await mkdir(dir, { recursive: true });
  const dependencies = {
    ...Object.fromEntries(packages.map(({ name, archive }) => [name, `file:${archive}`])),
    ...others,
  };
  await writeFile(
    join(dir, 'package.json'),
    JSON.stringify({ name: 'outside', private: true, type: 'module', dependencies }),
  );
  await run('npm', ['install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'], { cwd: dir });
}
