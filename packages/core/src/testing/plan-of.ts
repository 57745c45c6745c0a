import { App } from '../constructs/app.ts';
import { Arch } from '../constructs/arch.ts';
import { Distro } from '../constructs/distro.ts';
import { Kernel } from '../constructs/kernel.ts';
import { DistroError } from '../errors/distro-error.ts';
import { tryReadLock } from '../lock/read-lock.ts';
import type { Lock } from '../lock/schema.ts';
import type { ArchName } from '../model/arch.ts';
import { kubernetes } from '../model/kubernetes-source.ts';
import type { Plan } from '../plan/document.ts';
import { lockFileOf } from '../toolkit/app-options.ts';
import { declarationsOf } from '../toolkit/declarations.ts';
import { makePlan } from '../toolkit/make-plan.ts';
import { PlanView } from './plan-view.ts';
import { syntheticLock } from './synthetic-lock.ts';

/** What is planned: an app, one of its distributions, or what a function adds to a small distribution made for it. */
export type Planned = App | Distro | ((distro: Distro) => void);

/** How {@link planOf} plans. */
export interface PlanOfOptions {
  /** The directory of the app: where its lock is and what `file` sources are relative to. @default the working directory */
  readonly appDir?: string;
  /**
   * What sources are pinned to. Unless it or `appDir` is given, everything is pinned to made-up bytes: the plan is whole
   * and needs no network, but nothing can be built from it.
   *
   * @default the lock in `appDir`
   */
  readonly lock?: Lock;
  /** The kernel version of the small distribution. @default '1.36.3' */
  readonly kernel?: string;
  /** The architectures of the small distribution. @default ['amd64'] */
  readonly arches?: readonly ArchName[];
}

/**
 * Plans without building anything. Nothing is fetched: sources are pinned by a lock.
 *
 * @throws ProblemsError with everything that is wrong with the tree; see `expectProblem`.
 */
export async function planOf(planned: Planned, options: PlanOfOptions = {}): Promise<PlanView> {
  return new PlanView(await rawPlanOf(planned, options));
}

/** The plan itself. */
export async function rawPlanOf(planned: Planned, options: PlanOfOptions): Promise<Plan> {
  const { app, distro } = resolve(planned, options);
  return makePlan(app, {
    appDir: options.appDir ?? '.',
    lock: await lockFor(app, options),
    ...(distro === undefined ? {} : { distro: distro.name }),
  });
}

function resolve(planned: Planned, options: PlanOfOptions): { readonly app: App; readonly distro?: Distro } {
  if (App.isApp(planned)) return { app: planned };
  if (Distro.isDistro(planned)) return { app: appOf(planned), distro: planned };
  const distro = smallDistro(options);
  planned(distro);
  return { app: appOf(distro), distro };
}

function appOf(distro: Distro): App {
  const { root } = distro.node;
  if (App.isApp(root)) return root;
  throw new DistroError('APP_EMPTY', 'the distribution is not inside an App', {
    path: distro.node.path,
    hint: 'make it in a new App()',
  });
}

function smallDistro({ kernel = '1.36.3', arches = ['amd64'] }: PlanOfOptions): Distro {
  const distro = new Distro(new App(), 'test', {
    version: '1.0.0',
    vendor: { name: 'Test', email: 'test@distrokit.example', url: 'https://distrokit.example' },
    registry: 'registry.distrokit.example',
    targets: ['debian12', 'el9'],
    date: '2026-01-01T00:00:00Z',
  });
  for (const arch of arches) new Arch(distro, arch);
  new Kernel(distro, 'kernel', { version: kernel, source: kubernetes.fromGoModule() });
  return distro;
}

async function lockFor(app: App, { lock, appDir }: PlanOfOptions): Promise<Lock | undefined> {
  if (lock !== undefined) return lock;
  return appDir === undefined ? syntheticLock(declarationsOf(app)) : tryReadLock(lockFileOf({ appDir }));
}
