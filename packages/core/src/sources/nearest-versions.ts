import semver from 'semver';

/** At most `count` of the versions that exist, those around the one asked for, oldest first. */
export function nearestVersions(wanted: string, existing: readonly string[], count = 4): readonly string[] {
  const sorted = existing.filter((version) => semver.valid(version) !== null).sort(semver.compare);
  if (semver.valid(wanted) === null) return sorted.slice(-count);
  const firstNewer = sorted.findIndex((version) => semver.gt(version, wanted));
  const middle = firstNewer === -1 ? sorted.length : firstNewer;
  const start = Math.max(0, Math.min(middle - Math.ceil(count / 2), sorted.length - count));
  return sorted.slice(start, start + count);
}

/** The newest version; pre-releases count only when the current one is a pre-release itself. */
export function newestVersion(current: string, existing: readonly string[]): string | undefined {
  const withPreReleases = semver.prerelease(current) !== null;
  return existing
    .filter((version) => semver.valid(version) !== null && (withPreReleases || semver.prerelease(version) === null))
    .sort(semver.rcompare)[0];
}
