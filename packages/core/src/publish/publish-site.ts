import { DistroError } from '../errors/distro-error.ts';
import type { OpenPgpSigner } from '../model/signer.ts';
import { silent, type Reporter } from '../model/progress.ts';
import { eachLimited } from '../release/each-limited.ts';
import { readRelease } from '../release/read-release.ts';
import { applyChange } from './apply-change.ts';
import type { PublishTarget } from './publish-target.ts';
import { planSite, SITE, type SiteFile, type SitePlan } from './site-plan.ts';
import { withTargetLock, type TargetLock } from './target-lock.ts';

const CONCURRENCY = 8;

/** What {@link publishSite} takes. */
export interface PublishSiteOptions {
  /** The directory of the release, which was verified. */
  readonly directory: string;
  /** Signs the repositories of the site. */
  readonly signer?: OpenPgpSigner | undefined;
  /** Only work out what would be done. @default false */
  readonly dryRun?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly report?: Reporter | undefined;
}

/**
 * Publishes a release to a site: one publisher at a time, packages first, then the release, indexes next, and what clients
 * look at first at the end. Stopped anywhere, clients see the site as it was or as it is to be, and publishing again goes
 * on. Publishing what is there already changes nothing.
 *
 * @throws PUBLISH_CONFLICT, RELEASE_NOT_FOUND, RELEASE_INVALID, CANCELLED; what the target throws
 */
export async function publishSite(target: PublishTarget, options: PublishSiteOptions): Promise<SitePlan> {
  const { directory, signer, signal, report = silent } = options;
  const release = await readRelease(directory);
  if (options.dryRun === true) return planSite(target, { directory, release, signer });
  const onWait = (holder: string): void => {
    report({ type: 'notice', message: `another publisher is at work (${holder}); waiting for it` });
  };
  const work = async (lock: TargetLock): Promise<SitePlan> => {
    const plan = await planSite(target, { directory, release, signer });
    await carryOut(target, plan, { ...options, lock, report });
    return plan;
  };
  return withTargetLock(target, work, { signal, onWait });
}

interface CarryOutOptions extends PublishSiteOptions {
  readonly lock: TargetLock;
  readonly report: Reporter;
}

async function carryOut(target: PublishTarget, plan: SitePlan, options: CarryOutOptions): Promise<void> {
  const { lock, signal, report } = options;
  const { packages, files } = plan;
  const placed = new Map(files.map(({ path, content }) => [content.sha256, path]));
  const step = async (id: string, title: string, work: () => Promise<void>): Promise<void> => {
    const begin = performance.now();
    report({ type: 'step-start', id, path: plan.release.distro.name, title });
    await work();
    const ms = performance.now() - begin;
    report({ type: 'step-end', id, path: plan.release.distro.name, title, ms, cached: false });
  };
  report({ type: 'phase', phase: 'publish', total: 3 });
  // Its own place before any index: whoever finds a package by the repositories finds its release.
  await step('release', `${plan.release.distro.name} ${plan.release.distro.version}`, () =>
    plan.isPublished ? Promise.resolve() : writeFiles(target, plan, signal),
  );
  for (const [root, change] of [
    [SITE.apt, plan.apt],
    [SITE.yum, plan.yum],
  ] as const) {
    await step(root, `repository ${root.slice(0, -1)}`, async () => {
      if (change !== undefined) await applyChange(target, change, { root, packages, placed, lock, signal });
    });
  }
}

/** Bytes that stand in several places are sent once. The file that makes a release one is the last of them. */
async function writeFiles(target: PublishTarget, { files }: SitePlan, signal: AbortSignal | undefined): Promise<void> {
  const sent = new Map<string, Promise<string>>();
  const send = async ({ path, content }: SiteFile): Promise<string> => {
    if ((await target.describe(path))?.sha256 !== content.sha256) await target.write(path, content, { signal });
    return path;
  };
  const write = async (file: SiteFile): Promise<void> => {
    if (signal?.aborted === true) throw new DistroError('CANCELLED', 'stopped while publishing');
    const { path, content } = file;
    const same = sent.get(content.sha256);
    if (same === undefined) {
      const sending = send(file);
      sent.set(content.sha256, sending);
      await sending;
    } else if ((await target.describe(path))?.sha256 !== content.sha256) await target.copy(await same, path);
  };
  await eachLimited(files.slice(0, -1), CONCURRENCY, write);
  for (const last of files.slice(-1)) await write(last);
}
