import { resolve } from 'node:path';
import { defaultStoreDir, type PlannedApp, planApp, type StepForecast } from '@distrokit/core/toolkit';
import { appFor } from '../app-for.ts';
import { archesOf } from '../arches.ts';
import type { CommandContext } from '../context.ts';
import { printJson } from '../print-json.ts';
import type { Style } from '../terminal/style.ts';
import { formatCount, formatDuration } from '../terminal/units.ts';

/** Options of `distrokit plan`. */
export interface PlanFlags {
  readonly arch?: readonly string[];
  readonly distro?: string;
  readonly only?: readonly string[];
  readonly store?: string;
}

/** `distrokit plan [APP]`: what synth would build, and why each step is not in the store. */
export async function run(context: CommandContext, [file]: readonly string[], flags: PlanFlags): Promise<number> {
  const { io } = context;
  const arches = archesOf(flags.arch);
  const { app, dir: appDir } = await appFor(context, file);
  const planned = await planApp(app, {
    appDir,
    storeDir: resolve(io.cwd, flags.store ?? defaultStoreDir(io.env)),
    distro: flags.distro,
    arches,
    only: flags.only,
    sourceDateEpoch: io.env.SOURCE_DATE_EPOCH,
    signal: context.signal,
  });
  if (context.json)
    printJson(io.stdout, {
      distro: planned.plan.distro.name,
      version: planned.plan.distro.version,
      steps: planned.steps,
    });
  else io.stdout.write(renderPlan(planned, context.out));
  return 0;
}

/** The steps that would run, each with its reasons, and their number. */
export function renderPlan({ plan, steps }: PlannedApp, style: Style): string {
  const missing = steps.filter((step) => !step.cached);
  const { name, version, kernel } = plan.distro;
  const title = `${style.bold(`${name} ${version}`)} · kernel ${kernel.version}\n`;
  const cached = `${steps.length - missing.length} of ${formatCount(steps.length, 'step')} from the store`;
  if (missing.length === 0) return `${title}${cached}, nothing to build\n`;
  const work = missing.reduce((sum, step) => sum + (step.expectedMs ?? 0), 0);
  const lines = missing.map((step) => renderStep(step, style)).join('');
  return `${title}${lines}${cached}, ${missing.length} to run: about ${formatDuration(work)} of work\n`;
}

function renderStep({ title, path, reasons }: StepForecast, style: Style): string {
  return `  ${title}  ${style.cyan(`[${path}]`)}\n      ${style.dim(someOf(reasons))}\n`;
}

/** A package of many binaries can have as many reasons; `--json` has them all. */
function someOf(reasons: readonly string[]): string {
  const rest = reasons.length - 3;
  return reasons.slice(0, 3).join('; ') + (rest > 0 ? `; and ${rest} more` : '');
}
