import type { ChangelogEntry, LintOverride } from '../model/package-spec.ts';

/**
 * What lintian finds in the changelog of a package, with the reason why it is so. It takes a first release for an upload
 * to Debian's archive, which is to close the bug that asked for it.
 *
 * @param changelog - the package's whole changelog.
 */
export function changelogOverrides(changelog: readonly ChangelogEntry[]): readonly LintOverride[] {
  const [first, ...older] = changelog;
  if (first === undefined || older.length > 0 || !first.version.endsWith('-1')) return [];
  if (first.changes.some((change) => /closes:\s*(?:bug)?#?\s?\d/i.test(change))) return [];
  return [
    {
      tool: 'lintian',
      tag: 'initial-upload-closes-no-bugs',
      reason: "not an upload to Debian's archive: it has no bugs there",
    },
  ];
}
