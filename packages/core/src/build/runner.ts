import type { Blob } from '../model/bytes.ts';
import type { Reporter } from '../model/progress.ts';
import type { Step, StepKind, StepOf } from '../plan/document.ts';
import type { ContentRef } from '../model/package-spec.ts';
import type { BlobId, Store } from '../store/store.ts';

/** What a runner is given beside its step. */
export interface RunContext {
  readonly store: Store;
  /** The directory of the app: what `file` steps are relative to. */
  readonly appDir: string;
  /** The verified blob behind a reference to an earlier step. */
  input(ref: ContentRef): Promise<Blob>;
  /** The verified file behind a reference to an earlier step, for programs that need a path. */
  inputPath(ref: ContentRef): Promise<string>;
  /** A temporary directory that is removed when the step ends, however it ends. */
  tempDir(): Promise<string>;
  /** Aborted when the run is cancelled or another step failed; runners stop their programs and downloads. */
  readonly signal: AbortSignal;
  /** Takes `step-output` lines and `step-progress`. */
  readonly report: Reporter;
  /** CPU cores that the step may use. */
  readonly cores: number;
}

/** Makes a step's outputs. Runners are pure in effect: equal inputs give equal bytes on every machine. */
export type Runner<K extends StepKind> = (
  step: StepOf<K>,
  context: RunContext,
) => Promise<Readonly<Record<string, BlobId>>>;

/** One runner per kind of step. */
export type Runners = { readonly [K in Step['kind']]: Runner<K> };
