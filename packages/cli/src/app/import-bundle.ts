import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import type { Problem } from '@distrokit/core';
import { CommandError, failureOf } from '../problems.ts';
import type { Bundle } from './bundle.ts';
import { missingExportProblem } from './missing-export.ts';
import { findOwnFrame } from './own-frame.ts';

/**
 * Runs a bundled app: what its module exports. The module's file is gone when this returns.
 *
 * @throws APP_FAILED when the app throws; APP_SYNTAX for an import of what its module does not export; an error of
 *   distrokit's own keeps its code. Each names the line it came from.
 */
export async function importBundle(
  bundle: Bundle,
  { cwd }: { readonly cwd: string },
): Promise<Readonly<Record<string, unknown>>> {
  const dir = dirname(bundle.module);
  // Not recursive: the directory must be new, since whoever made it could change what we run.
  await mkdir(dir, { mode: 0o700 });
  try {
    await writeFile(bundle.module, bundle.code);
    process.setSourceMapsEnabled(true);
    return (await import(pathToFileURL(bundle.module).href)) as Readonly<Record<string, unknown>>;
  } catch (error) {
    const missing = await missingExportProblem(error, { files: bundle.files, cwd });
    throw missing === undefined ? appError(error, bundle, cwd) : new CommandError([missing], { cause: error });
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

function appError(error: unknown, { entry, files }: Bundle, cwd: string): CommandError {
  const frame = findOwnFrame(error, files);
  const where =
    frame === undefined ? relative(cwd, entry) : `${relative(cwd, frame.file)}:${frame.line}:${frame.column}`;
  const { problems, unexpected } = failureOf(error);
  const threw: Problem = {
    code: 'APP_FAILED',
    message: `${where}: ${describe(error)}`,
    hint: 'the app threw while it was loaded; --debug prints the stack',
  };
  const located = problems.map((problem) => ({ ...problem, message: `${where}: ${problem.message}` }));
  const [first = threw, ...rest] = unexpected ? [threw] : located;
  return new CommandError([first, ...rest], { cause: error });
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return `the app threw ${inspect(error)}`;
  return error.name === 'Error' ? error.message : `${error.name}: ${error.message}`;
}
