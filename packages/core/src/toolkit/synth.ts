import type { App } from '../constructs/app.ts';
import { createRunners } from '../build/runners.ts';
import { execute } from '../build/execute.ts';
import { silent } from '../model/progress.ts';
import type { Plan } from '../plan/document.ts';
import type { Release } from '../release/document.ts';
import { checkDestination, openDestination } from '../release/replace-directory.ts';
import { writeRelease } from '../release/write-release.ts';
import { openStore } from '../store/open-store.ts';
import { type Environment, signersFrom } from '../supply-chain/signing/signer-settings.ts';
import type { BuildOptions } from './app-options.ts';
import { loadPlan } from './load-plan.ts';
import { reportPhases } from './phases.ts';

/** What {@link synth} takes. */
export interface SynthOptions extends BuildOptions {
  /** The directory of the release. One that exists is replaced, if it is a release or empty. */
  readonly output: string;
  /** Where the signing keys are named, see `SIGNING_VARIABLES`. @default nowhere: the release is not signed */
  readonly env?: Environment | undefined;
  /** How many steps run at once. @default the number of cores */
  readonly jobs?: number | undefined;
  /** Called with the plan before anything is built. */
  readonly onPlan?: (plan: Plan) => void;
}

/** What {@link synth} made. */
export interface SynthResult {
  readonly plan: Plan;
  readonly release: Release;
  /** The directory of the release. */
  readonly output: string;
  /** Steps of the plan. */
  readonly steps: number;
  /** Of `steps`, those whose results were in the store. */
  readonly cached: number;
  /** Milliseconds from beginning to end. */
  readonly ms: number;
}

/**
 * Builds the release of a distribution: plan, build, write. The output is replaced at the very end and at once, so that
 * there is never half a release; what was built stays in the store whatever happens.
 *
 * @throws ProblemsError with every problem of the app; what building and writing throw; KEY_INVALID and KEY_REFUSED for keys
 *   that cannot sign, before anything is built; CANCELLED
 */
export async function synth(app: App, options: SynthOptions): Promise<SynthResult> {
  const begin = performance.now();
  const { appDir, output, jobs, signal, report = silent } = options;
  const plan = await loadPlan(app, options);
  options.onPlan?.(plan);
  // Before an hour of building rather than after it.
  await checkDestination(await openDestination(output));
  const signing = await signersFrom(options.env ?? {}, new Date(plan.distro.date));
  const store = await openStore(options.storeDir);
  const runners = createRunners();
  const built = await execute(plan, {
    store,
    runners,
    appDir,
    report: reportPhases(plan, report),
    ...(jobs === undefined ? {} : { jobs }),
    ...(signal === undefined ? {} : { signal }),
  });
  report({ type: 'phase', phase: 'release' });
  const release = await writeRelease(plan, built.outputs, {
    store,
    output,
    signing,
    ...(signal === undefined ? {} : { signal }),
  });
  const ms = performance.now() - begin;
  return { plan, release, output, steps: plan.steps.length, cached: built.cached, ms };
}
