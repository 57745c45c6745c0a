import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isMainThread } from 'node:worker_threads';
import type { App } from './constructs/app.ts';

/**
 * Makes an app's file a program: `node distro.ts synth` does what `distrokit synth distro.ts` does. Importing this file
 * is enough. Once the main module has run and nothing is left to do, its default export is looked at; when that is an
 * App, the command line takes over with it. Every other program is left alone.
 */

/** What this file uses of `@distrokit/cli`, which depends on this package and not the other way round. */
interface CommandLine {
  main(argv: readonly string[], options: { readonly app: ProgramApp }): Promise<number>;
}

interface ProgramApp {
  readonly app: App;
  readonly file: string;
  readonly dir: string;
}

const REGISTERED = Symbol.for('distrokit.program');

/** Of several copies of the library in one process, one runs the program. */
function register(): void {
  const shared = globalThis as { [REGISTERED]?: true };
  if (!isMainThread || shared[REGISTERED] === true) return;
  shared[REGISTERED] = true;
  process.once('beforeExit', () => void runProgram());
}

async function runProgram(): Promise<void> {
  const file = mainFile();
  if (file === undefined || (process.exitCode ?? 0) !== 0) return;
  // The main module has been loaded under this very address, so importing it runs nothing a second time.
  const { default: app } = (await import(pathToFileURL(file).href)) as { readonly default?: unknown };
  if (!isApp(app)) return;
  const commandLine = await importCommandLine(file);
  if (commandLine === undefined) return;
  process.exitCode = await commandLine.main(process.argv.slice(2), { app: { app, file, dir: dirname(file) } });
}

/** The file that Node was started with; undefined in a REPL, for `node -e` and in a single-file executable. */
function mainFile(): string | undefined {
  const [, path] = process.argv;
  if (path === undefined || !/\.[cm]?[jt]s$/.test(path)) return undefined;
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function isApp(value: unknown): value is App {
  return typeof value === 'object' && value !== null && Symbol.for('distrokit.App') in value;
}

async function importCommandLine(file: string): Promise<CommandLine | undefined> {
  let path: string;
  try {
    path = createRequire(file).resolve('@distrokit/cli');
  } catch {
    process.stderr.write(
      '✖ TOOL_MISSING  the app is run as a program, and @distrokit/cli is not installed beside it\n',
    );
    process.stderr.write('    hint: npm install --save-dev @distrokit/cli\n');
    process.exitCode = 1;
    return undefined;
  }
  return (await import(pathToFileURL(path).href)) as CommandLine;
}

register();
