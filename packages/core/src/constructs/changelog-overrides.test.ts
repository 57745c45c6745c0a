import { expect, test } from 'vitest';
import type { ChangelogEntry } from '../model/package-spec.ts';
import { changelogOverrides } from './changelog-overrides.ts';

const entry = (version: string, ...changes: readonly string[]): ChangelogEntry => ({
  version,
  date: 0,
  author: 'Harbor <release@harbor.example>',
  changes,
});

test('a first release closes no bug of Debian', () => {
  expect(changelogOverrides([entry('1.36.3-1', 'Package kubelet.')])).toMatchObject([
    { tool: 'lintian', tag: 'initial-upload-closes-no-bugs' },
  ]);
});

test.each<[string, readonly ChangelogEntry[]]>([
  ['a second release', [entry('1.36.3-2', 'Rebuild.')]],
  ['one that is not the first in its changelog', [entry('1.36.3-1', 'New.'), entry('1.36.2-1', 'First.')]],
  ['one that closes a bug', [entry('1.36.3-1', 'Package kubelet. Closes: #12345')]],
  ['a package without a changelog', []],
])('lintian says nothing of %s', (_, changelog) => {
  expect(changelogOverrides(changelog)).toEqual([]);
});
