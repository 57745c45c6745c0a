import { CommandLine } from './command-line.ts';
import { type Io, processIo } from './io.ts';
import type { LoadedApp } from './load-app.ts';
import { reportFailure } from './report-failure.ts';
import { Stop } from './stop.ts';

export type { Io, Output, StopSignal } from './io.ts';
export type { LoadedApp } from './load-app.ts';

/** What {@link main} takes beside the arguments. */
export interface MainOptions {
  /** Where it writes to and what it reads of the process. @default this process's own */
  readonly io?: Io;
  /** The app that the process is the program of, for `node distro.ts synth`; commands then load no other. */
  readonly app?: LoadedApp;
}

/**
 * Runs one command line: `main(['synth', '--arch', 'amd64'])`. Never throws and never ends the process.
 *
 * @returns the exit code: 0 done, 1 failed or differences found, 2 wrong usage, 128 + signal number when stopped
 */
export async function main(argv: readonly string[], options: MainOptions = {}): Promise<number> {
  const io = options.io ?? processIo();
  using stop = new Stop(io);
  const commandLine = new CommandLine({ io, signal: stop.signal, ownApp: options.app });
  try {
    return await commandLine.run(argv);
  } catch (error) {
    return reportFailure(error, { io, argv, stopped: stop.signalName, writes: commandLine.writes });
  }
}
