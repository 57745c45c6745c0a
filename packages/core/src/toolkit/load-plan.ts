import type { App } from '../constructs/app.ts';
import { tryReadLock } from '../lock/read-lock.ts';
import { silent } from '../model/progress.ts';
import type { Plan } from '../plan/document.ts';
import { type BuildOptions, lockFileOf } from './app-options.ts';
import { makePlan } from './make-plan.ts';

/** The plan of an app with the lock that stands beside it. @throws LOCK_INVALID, ProblemsError */
export async function loadPlan(app: App, options: BuildOptions): Promise<Plan> {
  const { appDir, distro, arches, only, sourceDateEpoch, report = silent } = options;
  report({ type: 'phase', phase: 'plan' });
  const lock = await tryReadLock(lockFileOf(options));
  return makePlan(app, {
    appDir,
    lock,
    ...(distro === undefined ? {} : { distro }),
    ...(arches === undefined ? {} : { arches }),
    ...(only === undefined ? {} : { only }),
    ...(sourceDateEpoch === undefined ? {} : { sourceDateEpoch }),
  });
}
