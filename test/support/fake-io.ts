import type { Io, Output, StopSignal } from '../../packages/cli/src/io.ts';

/** An {@link Io} that keeps what is written and lets a test send signals. */
export interface FakeIo extends Io {
  /** All that was written to stdout so far. */
  readonly out: string;
  /** All that was written to stderr so far. */
  readonly err: string;
  /** Does what a signal to the process would. */
  send(signal: StopSignal): void;
}

/** What a {@link FakeIo} pretends. */
export interface FakeIoOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly isTerminal?: boolean;
  readonly columns?: number;
}

/** A process's surroundings for one test. */
export function fakeIo({ cwd = '/', env = {}, isTerminal = false, columns = 80 }: FakeIoOptions = {}): FakeIo {
  const stdout = new Recorder(isTerminal, columns);
  const stderr = new Recorder(isTerminal, columns);
  const listeners = new Set<(signal: StopSignal) => void>();
  return {
    stdout,
    stderr,
    env,
    cwd,
    nodeOptions: [],
    onStop(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    get out() {
      return stdout.text;
    },
    get err() {
      return stderr.text;
    },
    send(signal) {
      for (const listener of listeners) listener(signal);
    },
  };
}

class Recorder implements Output {
  text = '';
  readonly isTerminal: boolean;
  readonly columns: number;

  constructor(isTerminal: boolean, columns: number) {
    this.isTerminal = isTerminal;
    this.columns = columns;
  }

  write(text: string): void {
    this.text += text;
  }
}
