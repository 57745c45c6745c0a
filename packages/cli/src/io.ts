/** Where a command writes to. */
export interface Output {
  write(text: string): void;
  /** True when a person may be looking: the stream is a terminal. */
  readonly isTerminal: boolean;
  /** Width in characters; 80 where that is not known. */
  readonly columns: number;
}

/** A signal that asks the process to stop. */
export type StopSignal = 'SIGINT' | 'SIGTERM';

/** Everything that the command line takes from its process, so that tests can stand in for it. */
export interface Io {
  /** Data: what the user asked for. */
  readonly stdout: Output;
  /** Everything else: progress, notices, errors. */
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The working directory that relative paths are meant from. */
  readonly cwd: string;
  /** Options that Node was started with, from its command line and `NODE_OPTIONS`. */
  readonly nodeOptions: readonly string[];
  /**
   * Calls the listener at the first signal that asks to stop. A second one ends the process at once, as if nobody
   * listened. Returns the function that stops listening.
   */
  onStop(listener: (signal: StopSignal) => void): () => void;
}

/** The {@link Io} of this process. */
export function processIo(): Io {
  leaveOnBrokenPipe(process.stdout);
  leaveOnBrokenPipe(process.stderr);
  return {
    stdout: outputOf(process.stdout),
    stderr: outputOf(process.stderr),
    env: process.env,
    cwd: process.cwd(),
    nodeOptions: [...process.execArgv, ...(process.env.NODE_OPTIONS ?? '').split(/\s+/)],
    onStop: listenOnce,
  };
}

function outputOf(stream: NodeJS.WriteStream): Output {
  return {
    write: (text) => void stream.write(text),
    isTerminal: stream.isTTY,
    get columns() {
      // A terminal that does not know its size says 0.
      return stream.columns > 0 ? stream.columns : 80;
    },
  };
}

/** `distrokit list | head -1` closes our output early: that is no error of ours. */
function leaveOnBrokenPipe(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}

function listenOnce(listener: (signal: StopSignal) => void): () => void {
  const stop = () => {
    process.off('SIGINT', heard);
    process.off('SIGTERM', heard);
  };
  // Listening no more before the listener runs gives the second signal its usual effect back.
  const heard = (signal: NodeJS.Signals) => {
    stop();
    listener(signal as StopSignal);
  };
  process.on('SIGINT', heard);
  process.on('SIGTERM', heard);
  return stop;
}
