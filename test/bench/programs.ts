import { execFile } from 'node:child_process';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** How a program is run. */
export interface ProgramOptions {
  readonly cwd?: string;
  /** Variables beside this process's own. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a program to its end: what it printed. @throws when it fails */
export async function runProgram(
  program: string,
  args: readonly string[],
  { cwd, env = {} }: ProgramOptions = {},
): Promise<string> {
  const { stdout } = await execute(program, args, { cwd, env: { ...process.env, ...env }, maxBuffer: 2 ** 28 });
  return stdout;
}

/** The built command line. */
export const DISTROKIT: string = join(import.meta.dirname, '../../packages/cli/bin/distrokit.js');

/** Runs `distrokit` as a process of its own. */
export function distrokit(args: readonly string[], options?: ProgramOptions): Promise<string> {
  return runProgram(process.execPath, [DISTROKIT, ...args], options);
}

/** Installs npm packages into `dir`: the directory of a peer. */
export async function installFromNpm(dir: string, ...packages: readonly string[]): Promise<void> {
  await runProgram('npm', ['install', '--silent', '--no-audit', '--no-fund', '--prefix', dir, ...packages], {
    cwd: dir,
  });
}

/** Installs a Go program into `dir`. */
export async function installFromGo(dir: string, program: string): Promise<void> {
  await runProgram('go', ['install', program], { cwd: dir, env: { GOBIN: dir } });
}

/** Does `work` in a new directory that is removed at its end. */
export async function inTempDir<T>(work: (dir: string) => Promise<T>): Promise<T> {
  const dir = await mkdtemp(join(await realpath(tmpdir()), 'distrokit-bench-'));
  try {
    return await work(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
