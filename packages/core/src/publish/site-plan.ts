import { join } from 'node:path';
import { ProblemsError } from '../errors/distro-error.ts';
import { bytesSource, type Blob } from '../model/bytes.ts';
import { sha256Of, type Sha256 } from '../model/digest.ts';
import { ARCHES } from '../model/arch.ts';
import type { OpenPgpSigner } from '../model/signer.ts';
import { formatsOf, type PackageFormat, type TargetName } from '../model/target.ts';
import { eachLimited } from '../release/each-limited.ts';
import type { Release, ReleasePackage } from '../release/document.ts';
import { aptSuiteOf, yumRepositoryOf } from '../release/repository-options.ts';
import { describeDeb } from '../repos/apt/apt-package.ts';
import { changeAptRepository } from '../repos/apt/change-apt-repository.ts';
import type { RepoChange } from '../repos/repo-change.ts';
import { changeYumRepository } from '../repos/yum/change-yum-repository.ts';
import { describeRpm } from '../repos/yum/yum-package.ts';
import { fileSource } from '../store/file-bytes.ts';
import { ifExists } from '../store/fs-error.ts';
import { readFile } from 'node:fs/promises';
import { readerOf } from './apply-change.ts';
import type { PublishTarget } from './publish-target.ts';
import { UNLISTED_FILES } from './release-artifact.ts';

/** Where the parts of a site are. */
export const SITE = { apt: 'apt/', yum: 'yum/', releases: 'releases/' } as const;

/** What publishing a release to a site will do. */
export interface SitePlan {
  readonly release: Release;
  /** True when the release is there already, byte for byte. */
  readonly isPublished: boolean;
  readonly apt: RepoChange | undefined;
  readonly yum: RepoChange | undefined;
  /** The files of the release itself, in the order that they are written: `release.json` at the end. */
  readonly files: readonly SiteFile[];
  /** Package files by sha256. */
  readonly packages: ReadonlyMap<Sha256, Blob>;
}

/** A file of a release on a site. */
export interface SiteFile {
  readonly path: string;
  readonly content: Blob;
}

/** What {@link planSite} takes. */
export interface PlanSiteOptions {
  /** The directory of the release, which was verified. */
  readonly directory: string;
  readonly release: Release;
  readonly signer?: OpenPgpSigner | undefined;
}

/**
 * Works out what publishing a release changes on a site, without changing anything: the packages go to the apt and yum
 * repositories of the site, the release with everything in it to a place of its own.
 *
 * @throws PUBLISH_CONFLICT when the release, or a package, is there under its name and version with other bytes
 */
export async function planSite(target: PublishTarget, options: PlanSiteOptions): Promise<SitePlan> {
  const { directory, release, signer } = options;
  const files = await filesOf(directory, release);
  const isPublished = await checkRelease(target, release, files);
  const packages = new Map(
    await Promise.all(
      release.packages.map(async ({ file, sha256 }): Promise<[Sha256, Blob]> => [
        sha256,
        { ...(await fileSource(join(directory, file))), sha256 },
      ]),
    ),
  );
  const described = async <T>(
    format: PackageFormat,
    describe: (content: Blob, entry: ReleasePackage) => Promise<T>,
  ): Promise<readonly T[]> => {
    const made: T[] = [];
    await eachLimited(
      release.packages.filter((entry) => entry.format === format),
      4,
      async (entry) => {
        const content = packages.get(entry.sha256);
        if (content !== undefined) made.push(await describe(content, entry));
      },
    );
    return made;
  };
  const debs = await described('deb', (content, { file, sha256 }) => describeDeb(content, { what: file, sha256 }));
  const rpms = await described('rpm', (content, { sha256 }) => describeRpm(content, { sha256 }));
  const { distro, arches } = release;
  const aptOptions = { ...aptSuiteOf(distro), architectures: arches.map(({ name }) => ARCHES[name].deb), signer };
  const compression = formatsOf(distro.targets as readonly TargetName[]).get('rpm') ?? 'gzip';
  const yumOptions = { ...yumRepositoryOf(distro), compression, signer };
  return {
    release,
    isPublished,
    apt: debs.length === 0 ? undefined : await changeAptRepository(readerOf(target, SITE.apt), debs, aptOptions),
    yum: rpms.length === 0 ? undefined : await changeYumRepository(readerOf(target, SITE.yum), rpms, yumOptions),
    files,
    packages,
  };
}

/** Where a release is on a site. */
export function releaseRoot({ distro }: Release): string {
  return `${SITE.releases}${distro.name}/${distro.version}/`;
}

/** What is large and in many places first, `release.json` and what signs it at the end. */
async function filesOf(directory: string, release: Release): Promise<readonly SiteFile[]> {
  const root = releaseRoot(release);
  const files: SiteFile[] = [];
  for (const { file, sha256 } of release.files) {
    files.push({ path: `${root}${file}`, content: { ...(await fileSource(join(directory, file))), sha256 } });
  }
  for (const file of UNLISTED_FILES.toReversed()) {
    const bytes = await ifExists(readFile(join(directory, file)));
    if (bytes !== undefined) {
      files.push({ path: `${root}${file}`, content: { ...bytesSource(bytes), sha256: sha256Of(bytes) } });
    }
  }
  return files;
}

async function checkRelease(target: PublishTarget, release: Release, files: readonly SiteFile[]): Promise<boolean> {
  const path = `${releaseRoot(release)}release.json`;
  const there = await target.read(path);
  if (there === undefined) return false;
  const own = files.find((file) => file.path === path)?.content.sha256;
  const found = sha256Of(there);
  if (found === own) return true;
  const { name, version } = release.distro;
  const message = `${name} ${version} is published at ${target.url} with other content (sha256 ${found}, not ${own})`;
  throw new ProblemsError([
    { code: 'PUBLISH_CONFLICT', message, hint: 'raise the version: what is published under one never changes' },
  ]);
}
