import type { Io, StopSignal } from './io.ts';

/** Turns the first signal that asks to stop into an abort, and remembers which one it was. */
export class Stop implements Disposable {
  readonly #controller = new AbortController();
  readonly #release: () => void;
  #signalName: StopSignal | undefined;

  constructor(io: Io) {
    this.#release = io.onStop((name) => {
      this.#signalName = name;
      this.#controller.abort();
    });
  }

  /** Aborted when the user asks to stop. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The signal that was received; undefined when none was. */
  get signalName(): StopSignal | undefined {
    return this.#signalName;
  }

  [Symbol.dispose](): void {
    this.#release();
  }
}
