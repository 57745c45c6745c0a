import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The built command, as npm installs it. */
export const BIN: string = fileURLToPath(new URL('../../packages/cli/bin/distrokit.js', import.meta.url));

/** How a run of the command line ended. */
export interface CliResult {
  /** The exit code; -1 when a signal ended it. */
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Where and how a program is run. */
export interface RunCliOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** A program and its arguments that start the one to run, such as `['unshare', '--uts']`. */
  readonly under?: readonly string[];
  /** Runs it in a process group of its own, whose number is the process's. */
  readonly detached?: boolean;
  /** Called with the process once it runs, to send it a signal. */
  readonly onStart?: (child: ChildProcess) => void;
}

/** Runs `distrokit` in a process of its own. */
export function runCli(args: readonly string[], options: RunCliOptions): Promise<CliResult> {
  return runNode([BIN, ...args], options);
}

/** Runs this Node.js in a process of its own, without the options that the tests themselves run with. */
export async function runNode(args: readonly string[], options: RunCliOptions): Promise<CliResult> {
  const { cwd, env = {}, under = [], detached = false, onStart } = options;
  const clean = {
    ...process.env,
    NODE_OPTIONS: undefined,
    npm_lifecycle_event: undefined,
    FORCE_COLOR: undefined,
    ...env,
  };
  const [program = '', ...rest] = [...under, process.execPath, ...args];
  const child = spawn(program, rest, { cwd, env: clean, detached, stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => void (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => void (err += text));
  onStart?.(child);
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exit) => resolve(exit ?? -1));
  });
  return { code, out, err };
}
