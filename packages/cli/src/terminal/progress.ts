import type { Reporter } from '@distrokit/core/toolkit';
import type { Output } from '../io.ts';
import type { Style } from './style.ts';

/** Shows the progress of an operation while it runs. Disposing takes away what is no longer true; `finish` keeps it. */
export interface Progress extends Disposable {
  /** Takes the operation's events. */
  readonly report: Reporter;
  /** Prints the last state; `report` is not called afterwards. */
  finish(): void;
}

/** What progress is shown with. */
export interface ProgressOptions {
  readonly output: Output;
  readonly style: Style;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}
