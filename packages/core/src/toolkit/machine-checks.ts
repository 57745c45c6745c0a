import { access, constants, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import semver from 'semver';
import { problemsOf } from '../errors/distro-error.ts';
import { assertGoVersion, findGo } from '../sources/go-toolchain.ts';
import { runProgram } from '../sources/run-program.ts';
import { assertZigVersion, findZig } from '../sources/zig-toolchain.ts';

/** How one thing on this machine is. */
export interface CheckResult {
  readonly status: 'ok' | 'missing' | 'wrong';
  /** What was found, such as a version, or what is wrong with it. */
  readonly found: string;
  /** What to do about it; absent when all is well. */
  readonly hint?: string;
}

/** What checks of programs take. */
export interface CheckOptions {
  readonly signal?: AbortSignal | undefined;
}

/** The Node.js that the packages ask for in `engines`. */
const NODE_RANGE = '>=22.19';

/** Space that a distribution of some size needs for its builds, in bytes. */
const STORE_SPACE = 10 * 1024 ** 3;

/** This Node.js. */
export async function checkNode(version: string = process.versions.node): Promise<CheckResult> {
  if (semver.satisfies(version, NODE_RANGE)) return { status: 'ok', found: version };
  return {
    status: 'wrong',
    found: `${version}, not ${NODE_RANGE}`,
    hint: 'install a newer Node.js: https://nodejs.org',
  };
}

/** Go, at the version of the lock where it names one. */
export async function checkGo({
  pinned,
  signal,
}: CheckOptions & { readonly pinned: string | undefined }): Promise<CheckResult> {
  return checkTool(async () => {
    const go = await findGo({ signal });
    if (pinned !== undefined) assertGoVersion(go, pinned);
    return go.version;
  });
}

/** Zig, at the version of the lock where it names one. */
export async function checkZig({
  pinned,
  appDir,
  signal,
}: CheckOptions & { readonly pinned: string | undefined; readonly appDir: string }): Promise<CheckResult> {
  return checkTool(async () => {
    const zig = await findZig(appDir, { signal });
    if (pinned !== undefined) assertZigVersion(zig, pinned);
    return zig.version;
  });
}

/** apt, on any distribution: it fetches packages without installing them. */
export async function checkApt({ signal }: CheckOptions): Promise<CheckResult> {
  return checkProgram('apt-get', 'install the package apt, also where it is not the package manager', signal);
}

/** xz, which the members of Debian packages are compressed with. */
export async function checkXz({ signal }: CheckOptions): Promise<CheckResult> {
  return checkProgram('xz', 'install the package xz-utils, or xz', signal);
}

/** The store's place: writable, with space for a build. */
export async function checkStore(storeDir: string): Promise<CheckResult> {
  const dir = await nearestDirectory(storeDir);
  try {
    await access(dir, constants.W_OK | constants.X_OK);
  } catch {
    return {
      status: 'wrong',
      found: `${dir} cannot be written to`,
      hint: 'name another place with --store or DISTROKIT_STORE',
    };
  }
  const { bavail, bsize } = await statfs(dir);
  const free = bavail * bsize;
  const found = `${Math.floor(free / 1024 ** 3)} GiB free in ${storeDir}`;
  if (free >= STORE_SPACE) return { status: 'ok', found };
  return {
    status: 'wrong',
    found,
    hint: `a build can need ${STORE_SPACE / 1024 ** 3} GiB: distrokit store gc, or --store elsewhere`,
  };
}

async function checkProgram(program: string, hint: string, signal: AbortSignal | undefined): Promise<CheckResult> {
  return checkTool(async () => {
    const env = { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' };
    const { stdout } = await runProgram(program, ['--version'], { cwd: tmpdir(), env, capture: true, hint, signal });
    return /\d+(\.\d+)+/.exec(stdout)?.[0] ?? 'found';
  });
}

async function checkTool(version: () => Promise<string>): Promise<CheckResult> {
  try {
    return { status: 'ok', found: await version() };
  } catch (error) {
    const [problem] = problemsOf(error);
    if (problem === undefined || problem.code === 'CANCELLED' || problem.code === 'UNEXPECTED') throw error;
    const { code, message, hint } = problem;
    return {
      status: code === 'TOOL_MISSING' ? 'missing' : 'wrong',
      found: message,
      ...(hint === undefined ? {} : { hint }),
    };
  }
}

/** The directory itself, or the one above it that exists. */
async function nearestDirectory(dir: string): Promise<string> {
  const exists = await access(dir).then(
    () => true,
    () => false,
  );
  const parent = dirname(dir);
  return exists || parent === dir ? dir : nearestDirectory(parent);
}
