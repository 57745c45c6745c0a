import type { Io } from './io.ts';
import type { LoadedApp } from './load-app.ts';
import type { Style } from './terminal/style.ts';

/** What every command is given beside its own arguments and options. */
export interface CommandContext {
  readonly io: Io;
  /** Print the result as JSON on stdout. */
  readonly json: boolean;
  /** No progress and no closing words; errors are still printed. */
  readonly quiet: boolean;
  /** For text on stdout. */
  readonly out: Style;
  /** For text on stderr. */
  readonly err: Style;
  /** Aborted when the user asks to stop. */
  readonly signal: AbortSignal;
  /** The app that this process is the program of (`node distro.ts synth`); undefined for the `distrokit` command. */
  readonly ownApp?: LoadedApp | undefined;
}

/** A command's file: it is imported when the command runs and not before. */
export interface CommandModule<Flags> {
  /** Does the command; the exit code. */
  run(context: CommandContext, args: readonly string[], flags: Flags): Promise<number>;
}
