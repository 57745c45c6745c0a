import { expect, test } from 'vitest';
import { nearestVersions, newestVersion } from './nearest-versions.ts';

const existing = ['v1.10.0', 'v1.9.0', 'v1.9.1', 'v1.11.0-rc.1', 'v1.8.0'];

test.each([
  ['v1.9.5', ['v1.9.0', 'v1.9.1', 'v1.10.0', 'v1.11.0-rc.1']],
  ['v2.0.0', ['v1.9.0', 'v1.9.1', 'v1.10.0', 'v1.11.0-rc.1']],
  ['v0.1.0', ['v1.8.0', 'v1.9.0', 'v1.9.1', 'v1.10.0']],
  ['nonsense', ['v1.9.0', 'v1.9.1', 'v1.10.0', 'v1.11.0-rc.1']],
])('near %s are %j', (wanted, near) => {
  expect(nearestVersions(wanted, existing)).toEqual(near);
});

test('the newest version is a pre-release only for one who has a pre-release', () => {
  expect(newestVersion('v1.9.0', existing)).toBe('v1.10.0');
  expect(newestVersion('v1.11.0-beta.0', existing)).toBe('v1.11.0-rc.1');
});
