/** What happens during a long operation, as typed events; the command line draws them, tests collect them. */
export type ProgressEvent =
  /**
   * A phase begins: `total` items of work, when that is known. Several phases with a total may be open at once; one
   * without a total ends when the next begins.
   */
  | { readonly type: 'phase'; readonly phase: string; readonly total?: number }
  /** How long the steps to come are likely to take, each on its own, and how many run at once; for an estimate. */
  | {
      readonly type: 'forecast';
      readonly steps: readonly { readonly id: string; readonly expectedMs: number }[];
      readonly jobs: number;
    }
  /** A step begins; it counts for `phase`, or for the latest one. `expectedMs` is how long it took the last time, where that is known. */
  | {
      readonly type: 'step-start';
      readonly id: string;
      readonly path: string;
      readonly title: string;
      readonly phase?: string;
      readonly expectedMs?: number;
    }
  /** A line that a step's program printed. */
  | { readonly type: 'step-output'; readonly id: string; readonly line: string }
  /** A download moved on. */
  | { readonly type: 'step-progress'; readonly id: string; readonly done: number; readonly total?: number }
  /** A step ended; `cached` when the store had its result. */
  | {
      readonly type: 'step-end';
      readonly id: string;
      readonly path: string;
      readonly title: string;
      readonly phase?: string;
      readonly ms: number;
      readonly cached: boolean;
    }
  /** Something that the reader should know and that is not an error. */
  | { readonly type: 'notice'; readonly message: string; readonly path?: string };

/** Takes the events of an operation, in order. It must not throw. */
export type Reporter = (event: ProgressEvent) => void;

/** A {@link Reporter} that ignores everything. */
export const silent: Reporter = () => {};
