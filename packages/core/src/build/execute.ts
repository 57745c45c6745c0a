import { setMaxListeners } from 'node:events';
import { availableParallelism } from 'node:os';
import { silent, type Reporter } from '../model/progress.ts';
import type { Plan, Step } from '../plan/document.ts';
import { checkPlan } from '../plan/check-plan.ts';
import type { StepKey } from '../plan/keys.ts';
import { referencesOf } from '../plan/references.ts';
import type { Store } from '../store/store.ts';
import { blobOf, type BuildResult, type StepOutputs } from './build-result.ts';
import { expectedTime } from './expected-time.ts';
import { findCached, type Lookup } from './find-cached.ts';
import { runStep } from './run-step.ts';
import type { Runners } from './runner.ts';
import { schedule, type Task } from './schedule.ts';
import { cancelled } from './step-failure.ts';
import { stepTitle } from './step-title.ts';

/** What a build needs beside its plan. */
export interface ExecuteOptions {
  readonly store: Store;
  readonly runners: Runners;
  /** The directory of the app: what `file` steps are relative to. */
  readonly appDir: string;
  /** How many steps run at once. @default the number of cores */
  readonly jobs?: number;
  /** Stops the build: running steps are stopped and waited for. */
  readonly signal?: AbortSignal;
  readonly report?: Reporter;
}

interface StepTask extends Task {
  readonly step: Step;
  readonly key: StepKey | undefined;
}

/**
 * Builds a plan. What the store has is taken from there; the rest runs as soon as its inputs are made, and is kept as
 * soon as it is done, so that a build that was stopped goes on where it was.
 *
 * @throws PLAN_INVALID, REFERENCE_UNKNOWN before anything runs; CANCELLED; the first failure of a step, after all
 *   others were stopped
 */
export async function execute(plan: Plan, options: ExecuteOptions): Promise<BuildResult> {
  checkPlan(plan);
  const { store, signal, report = silent } = options;
  report({ type: 'phase', phase: 'build', total: plan.steps.length });
  const lookups = await findCached(plan, store);
  if (signal?.aborted === true) throw cancelled();

  const outputs = new Map<string, StepOutputs>();
  for (const { step, outputs: found } of lookups) {
    if (found === undefined) continue;
    outputs.set(step.id, found);
    report({ type: 'step-end', id: step.id, path: step.path, title: stepTitle(step), ms: 0, cached: true });
  }
  const missing = lookups.filter(({ outputs: found }) => found === undefined);
  const ran = await runAll(missing, outputs, options);
  return { outputs, ran, cached: plan.steps.length - ran };
}

/** Runs the steps and adds what they make to `outputs`. Returns how many had to run. */
async function runAll(
  missing: readonly Lookup[],
  outputs: Map<string, StepOutputs>,
  options: ExecuteOptions,
): Promise<number> {
  if (missing.length === 0) return 0;
  const { store, runners, appDir, report = silent } = options;
  const cores = availableParallelism();
  const jobs = options.jobs ?? cores;
  const tasks = await Promise.all(missing.map((lookup) => taskOf(lookup, store)));
  report({ type: 'forecast', steps: tasks.map(({ id, expectedMs }) => ({ id, expectedMs })), jobs });

  const stop = linkedController(options.signal);
  const failures: unknown[] = [];
  let ran = 0;
  await schedule(tasks, {
    jobs,
    signal: stop.signal,
    async run({ step, key, expectedMs }, running) {
      const named = { id: step.id, path: step.path, title: stepTitle(step) };
      report({ type: 'step-start', ...named, expectedMs });
      const started = performance.now();
      const result = await runStep(step, {
        key,
        store,
        runners,
        appDir,
        report,
        signal: stop.signal,
        inputs: (ref) => blobOf(outputs, ref),
        // The first, longest step may use every core; those that join it share.
        cores: Math.ceil(cores / running),
      });
      outputs.set(step.id, result.outputs);
      if (!result.cached) ran += 1;
      report({ type: 'step-end', ...named, ms: Math.round(performance.now() - started), cached: result.cached });
    },
    onFailure(error) {
      failures.push(error);
      stop.abort(error);
    },
  });
  stop.unlink();
  if (options.signal?.aborted === true) throw cancelled();
  if (failures.length > 0) throw failures[0];
  return ran;
}

async function taskOf({ step, key }: Lookup, store: Store): Promise<StepTask> {
  const needs = referencesOf(step).map((ref) => ref.step);
  return { id: step.id, step, key, needs, expectedMs: await expectedTime(step, store) };
}

/** A controller that also aborts when `signal` does. */
function linkedController(signal: AbortSignal | undefined): {
  readonly signal: AbortSignal;
  abort(reason: unknown): void;
  unlink(): void;
} {
  const controller = new AbortController();
  // Every program and download of every step listens.
  setMaxListeners(0, controller.signal);
  const forward = (): void => controller.abort(signal?.reason);
  if (signal?.aborted === true) forward();
  signal?.addEventListener('abort', forward, { once: true });
  return {
    signal: controller.signal,
    abort: (reason) => controller.abort(reason),
    unlink: () => signal?.removeEventListener('abort', forward),
  };
}
