import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import type { Problem } from '@distrokit/core';
import { CommandError, failureOf } from '../problems.ts';
import type { Bundle } from './bundle.ts';

/**
 * Runs a bundled app: what its module exports. The module is a temporary file that is gone when this returns.
 *
 * @throws APP_FAILED when the app throws; an error of distrokit's own keeps its code. Both name the line it came from.
 */
export async function importBundle(
  bundle: Bundle,
  { cwd }: { readonly cwd: string },
): Promise<Readonly<Record<string, unknown>>> {
  const dir = await mkdtemp(join(tmpdir(), 'distrokit-app-'));
  const file = join(dir, 'app.mjs');
  try {
    await writeFile(file, bundle.code);
    process.setSourceMapsEnabled(true);
    return (await import(pathToFileURL(file).href)) as Readonly<Record<string, unknown>>;
  } catch (error) {
    throw appError(error, bundle, cwd);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

function appError(error: unknown, bundle: Bundle, cwd: string): CommandError {
  const frame = ownFrame(error, bundle.files);
  const where =
    frame === undefined ? relative(cwd, bundle.entry) : `${relative(cwd, frame.file)}:${frame.line}:${frame.column}`;
  const { problems, unexpected } = failureOf(error);
  const located = problems.map((problem): Problem => {
    if (!unexpected) return { ...problem, message: `${where}: ${problem.message}` };
    return {
      code: 'APP_FAILED',
      message: `${where}: ${describe(error)}`,
      hint: 'the app threw while it was loaded; --debug prints the stack',
    };
  });
  const [first = { code: 'APP_FAILED', message: `${where}: ${describe(error)}` } satisfies Problem, ...rest] = located;
  return new CommandError([first, ...rest], { cause: error });
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return `the app threw ${inspect(error)}`;
  return error.name === 'Error' ? error.message : `${error.name}: ${error.message}`;
}

interface Frame {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The innermost frame of a stack that is in the user's own code. */
function ownFrame(error: unknown, files: readonly string[]): Frame | undefined {
  if (!(error instanceof Error)) return undefined;
  for (const line of (error.stack ?? '').split('\n')) {
    const match = /(?:\(|at |async )((?:file:\/\/)?\/[^()]*?):(\d+):(\d+)\)?$/.exec(line);
    if (match === null) continue;
    const [, place = '', row, column] = match;
    const file = place.startsWith('file:') ? fileURLToPath(place) : place;
    if (files.includes(file)) return { file, line: Number(row), column: Number(column) };
  }
  return undefined;
}
