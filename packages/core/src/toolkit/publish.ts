import { ProblemsError } from '../errors/distro-error.ts';
import { isOciAddress } from '../model/image-reference.ts';
import type { OpenPgpSigner } from '../model/signer.ts';
import { silent, type Reporter } from '../model/progress.ts';
import type { RegistryPublication } from '../publish/publish-registry.ts';
import type { PublishTarget } from '../publish/publish-target.ts';
import type { SitePlan } from '../publish/site-plan.ts';
import type { Release } from '../release/document.ts';
import { readRelease } from '../release/read-release.ts';
import type { Environment } from '../supply-chain/signing/signer-settings.ts';
import { verify } from './verify.ts';

/** What {@link publish} takes. */
export interface PublishOptions {
  /** The directory of the release. */
  readonly release: string;
  /** `oci://registry/path/name[:tag]`, `s3://bucket[/prefix]`, or a directory. */
  readonly to: string;
  /** Only work out what would be done. @default false */
  readonly dryRun?: boolean | undefined;
  /** Where the signing keys of the repositories are named. @default nowhere: they are not signed */
  readonly env?: Environment | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly report?: Reporter | undefined;
}

/** What {@link publish} did, or would do. */
export interface PublishResult {
  readonly release: Release;
  /** Where it is now. */
  readonly to: string;
  /** True when the release was there already. */
  readonly isPublished: boolean;
  /** Files or images that are new there. */
  readonly added: readonly string[];
}

/**
 * Verifies a release and publishes it: to a registry with its images, or to a directory or bucket with an apt and a yum
 * repository that also hold the releases before. What is published under a name and version never changes.
 *
 * @throws ProblemsError when the release is not whole; PUBLISH_CONFLICT, PUBLISH_FAILED, KEY_INVALID, KEY_REFUSED,
 *   CANCELLED, and what registries throw
 */
export async function publish(options: PublishOptions): Promise<PublishResult> {
  const { release: directory, to, dryRun, signal, report = silent } = options;
  const problems = await verify({ release: directory, signal, report });
  if (problems.length > 0) throw new ProblemsError(problems);
  if (isOciAddress(to)) {
    const { publishRegistry } = await import('../publish/publish-registry.ts');
    return registryResult(await publishRegistry(to, { directory, dryRun, signal, report }));
  }
  const { publishSite } = await import('../publish/publish-site.ts');
  const target = await targetOf(to);
  const signer = await signerOf(directory, options.env);
  return siteResult(target.url, await publishSite(target, { directory, signer, dryRun, signal, report }));
}

async function targetOf(to: string): Promise<PublishTarget> {
  if (to.startsWith('s3://')) return (await import('../publish/s3-target.ts')).s3Target(to);
  return (await import('../publish/directory-target.ts')).directoryTarget(to);
}

async function signerOf(directory: string, env: Environment = {}): Promise<OpenPgpSigner | undefined> {
  const { signersFrom } = await import('../supply-chain/signing/signer-settings.ts');
  const { distro } = await readRelease(directory);
  return (await signersFrom(env, new Date(distro.date))).openPgp;
}

function registryResult({ release, address, images, isPublished }: RegistryPublication): PublishResult {
  return { release, to: address, isPublished, added: isPublished ? [] : [...images, address] };
}

function siteResult(to: string, { release, isPublished, apt, yum, files }: SitePlan): PublishResult {
  const changed = [
    ...(isPublished ? [] : files.map(({ path }) => path)),
    ...(apt?.entries ?? []).map(({ path }) => `apt/${path}`),
    ...(yum?.entries ?? []).map(({ path }) => `yum/${path}`),
  ];
  return { release, to, isPublished, added: changed };
}
