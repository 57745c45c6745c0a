import { DistroError, problemsOf } from '../errors/distro-error.ts';
import type { Reporter } from '../model/progress.ts';
import type { ContentRef } from '../model/package-spec.ts';
import type { Step, StepKind } from '../plan/document.ts';
import { withDigests } from '../plan/image-digests.ts';
import { stepKey, type StepKey } from '../plan/keys.ts';
import type { BlobId, Store } from '../store/store.ts';
import type { StepOutputs } from './build-result.ts';
import type { RunContext, Runner, Runners } from './runner.ts';
import { stepFailure } from './step-failure.ts';
import { openStepLog, type StepLog } from './step-log.ts';

/** What it takes to run one step. */
export interface StepEnvironment {
  readonly store: Store;
  readonly runners: Runners;
  readonly appDir: string;
  readonly signal: AbortSignal;
  readonly report: Reporter;
  /** The blob behind a reference to an earlier step. */
  readonly inputs: (ref: ContentRef) => BlobId;
  readonly cores: number;
  /** The step's key, where all its inputs were there before anything ran. */
  readonly key?: StepKey | undefined;
}

/** How a step ended. */
export interface StepResult {
  readonly outputs: StepOutputs;
  /** True when another process had made the same meanwhile, or a rebuilt input has the bytes that it had before. */
  readonly cached: boolean;
}

/**
 * Runs one step and records its result; of several processes that need the same, one does the work.
 *
 * @throws the runner's own code or BUILD_FAILED, ending with the step's log
 */
export async function runStep(step: Step, environment: StepEnvironment): Promise<StepResult> {
  const { store, signal, inputs } = environment;
  const { key, keyed } = environment.key ?? stepKey(step, inputs);
  return store.exclusive(
    key,
    async () => {
      const found = await store.tryFindAction(key);
      if (found !== undefined) return { outputs: found.outputs, cached: true };
      const started = performance.now();
      const outputs = await runLogged(step, environment);
      const ms = Math.round(performance.now() - started);
      await store.saveAction({ key, stepId: step.id, outputs, ms, keyed });
      return { outputs, cached: false };
    },
    signal,
  );
}

async function runLogged(step: Step, environment: StepEnvironment): Promise<StepOutputs> {
  const log = openStepLog(environment.store.logsDir, step.id);
  try {
    const outputs = await runInContext(step, environment, log);
    await log.close();
    return outputs;
  } catch (error) {
    const failure = stepFailure(step, error, log);
    for (const { message } of problemsOf(error)) log.line(message);
    // The step's own failure is what counts, also when its log cannot be written.
    await log.close().catch(() => {});
    throw failure;
  }
}

async function runInContext(step: Step, environment: StepEnvironment, log: StepLog): Promise<StepOutputs> {
  const { store, runners, inputs, appDir, signal, cores, report } = environment;
  const temporary: { dispose(): Promise<void> }[] = [];
  const context: RunContext = {
    store,
    appDir,
    signal,
    cores,
    input: (ref) => store.findBlob(inputs(ref)),
    inputPath: (ref) => store.pathOf(inputs(ref)),
    async tempDir() {
      const dir = await store.tempDir();
      temporary.push(dir);
      return dir.path;
    },
    report(event) {
      if (event.type === 'step-output') log.line(event.line);
      report(event);
    },
  };
  try {
    // Each kind has the runner of its kind; the types cannot say so for a union.
    const run = runners[step.kind] as Runner<StepKind>;
    return declaredOutputs(step, await run(withDigests(step, inputs), context));
  } finally {
    for (const dir of temporary) await dir.dispose();
  }
}

function declaredOutputs(step: Step, made: StepOutputs): StepOutputs {
  return Object.fromEntries(
    step.outputs.map((name) => {
      const id = made[name];
      if (id === undefined) throw new DistroError('BUILD_FAILED', `it made no output ${name}`);
      return [name, id];
    }),
  );
}
