import { explainPlan, type StepForecast } from '../build/forecast.ts';
import type { App } from '../constructs/app.ts';
import type { Plan } from '../plan/document.ts';
import { openStore } from '../store/open-store.ts';
import type { BuildOptions } from './app-options.ts';
import { loadPlan } from './load-plan.ts';

/** What {@link planApp} found. */
export interface PlannedApp {
  readonly plan: Plan;
  /** What a build would do with each step, in the plan's order. */
  readonly steps: readonly StepForecast[];
}

/** What {@link synth} would build, and why each step would run. Builds nothing. @throws ProblemsError */
export async function planApp(app: App, options: BuildOptions): Promise<PlannedApp> {
  const plan = await loadPlan(app, options);
  return { plan, steps: await explainPlan(plan, await openStore(options.storeDir)) };
}
