import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { DistroError } from '../errors/distro-error.ts';

/** How a program is run. */
export interface ProgramOptions {
  readonly cwd: string;
  /** The whole environment: nothing of our own reaches the program beside it. */
  readonly env: Readonly<Record<string, string>>;
  /** Stops the program and every process it started. */
  readonly signal?: AbortSignal | undefined;
  /** Takes each line of standard error, and of standard output when that is not captured. */
  readonly onLine?: (line: string) => void;
  /** Keeps standard output for the result; otherwise its lines are output like those of standard error. */
  readonly capture?: boolean;
  /** How the program is to be had, for the hint when it is missing. */
  readonly hint?: string;
}

/** How a program ended. */
export interface ProgramResult {
  /** Its exit code; 128 and up when a signal ended it. */
  readonly exit: number;
  /** Standard output, when it was captured. */
  readonly stdout: string;
  /** The last lines it printed. */
  readonly tail: readonly string[];
}

const TAIL_LINES = 40;
const LINE_LENGTH = 4_000;
const KILL_AFTER_MS = 3_000;
const GONE_WITHIN_MS = 5_000;
const LOOK_EVERY_MS = 10;

/**
 * Runs a program to its end, in a process group of its own.
 *
 * On abort the group gets SIGTERM, and SIGKILL three seconds later; the promise settles when the program is gone, so
 * that its files can be removed.
 *
 * @throws TOOL_MISSING when there is no such program.
 * @throws CANCELLED when the signal ended it.
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  options: ProgramOptions,
): Promise<ProgramResult> {
  if (options.signal?.aborted) throw cancelled(program);
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: options.env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const tail: string[] = [];
  const takeLine = (line: string): void => {
    const short = line.length > LINE_LENGTH ? `${line.slice(0, LINE_LENGTH)} …` : line;
    if (tail.push(short) > TAIL_LINES) tail.shift();
    options.onLine?.(short);
  };
  const stopKilling = killOnAbort(child, options.signal);
  try {
    const ended = endOf(child, program, options);
    const [exit, stdout] = await Promise.all([
      ended,
      options.capture ? textOf(child.stdout) : linesOf(child.stdout, takeLine),
      linesOf(child.stderr, takeLine),
    ]);
    if (options.signal?.aborted) throw cancelled(program);
    return { exit, stdout, tail };
  } finally {
    stopKilling();
    // What the program left behind in its group must not go on writing to a directory that is about to be removed.
    if (options.signal?.aborted) await endGroup(child);
  }
}

/** The last lines of a failed program as one text, for the end of an error message. */
export function tailText(result: ProgramResult): string {
  return result.tail.join('\n').trim();
}

function endOf(child: ChildProcess, program: string, { cwd, hint }: ProgramOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      // A directory that does not exist is reported in the same words.
      if (error.code !== 'ENOENT' || !existsSync(cwd)) return reject(error);
      reject(
        new DistroError('TOOL_MISSING', `the program '${program}' is not on this machine`, { hint, cause: error }),
      );
    });
    child.once('close', (code, signal) => resolve(code ?? (signal === 'SIGKILL' ? 137 : 143)));
  });
}

/** Signals the whole group: `go build` and `zig cc` start compilers that outlive them otherwise. */
function killOnAbort(child: ChildProcess, signal: AbortSignal | undefined): () => void {
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    killGroup(child, 'SIGTERM');
    timer = setTimeout(() => killGroup(child, 'SIGKILL'), KILL_AFTER_MS);
  };
  signal?.addEventListener('abort', stop, { once: true });
  return () => {
    signal?.removeEventListener('abort', stop);
    clearTimeout(timer);
  };
}

/** Kills what is left of a group and waits until it is gone; not for ever, since nobody may reap an orphan. */
async function endGroup(child: ChildProcess): Promise<void> {
  for (let waited = 0; waited < GONE_WITHIN_MS && killGroup(child, 'SIGKILL'); waited += LOOK_EVERY_MS) {
    await sleep(LOOK_EVERY_MS);
  }
}

/** Whether there was a process to signal. */
function killGroup(child: ChildProcess, signal: NodeJS.Signals): boolean {
  if (child.pid === undefined) return false;
  try {
    return process.kill(-child.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

async function textOf(stream: Readable | null): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream ?? []) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

async function linesOf(stream: Readable | null, take: (line: string) => void): Promise<string> {
  if (stream === null) return '';
  for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) take(line);
  return '';
}

function cancelled(program: string): DistroError {
  return new DistroError('CANCELLED', `${program} was stopped`);
}
