import { describe, expect, test } from 'vitest';
import { compareDebVersions, debVersionOf, debVersionOfText, isDebVersion } from './deb-version.ts';

describe('debVersionOf', () => {
  test.each([
    [{ version: '1.36.3', release: '1' }, '1.36.3-1'],
    [{ version: '1.37.0-rc.1', release: '1.1' }, '1.37.0~rc.1-1.1'],
    [{ version: '1.37.0-rc.1-3-gabc', release: '1' }, '1.37.0~rc.1-3-gabc-1'],
    [{ version: '1.33.1+k3s1', release: '1', epoch: 0 }, '1.33.1+k3s1-1'],
    [{ version: '2.0', release: '1', epoch: 3 }, '3:2.0-1'],
  ])('of %j is %s', (parts, version) => {
    expect(debVersionOf(parts)).toBe(version);
    expect(isDebVersion(version)).toBe(true);
  });

  test.each([
    ['1.37.0-rc.1-1', '1.37.0~rc.1-1'],
    ['1:2.0-1', '1:2.0-1'],
    ['2.0', '2.0'],
  ])('of the text %s is %s', (text, version) => {
    expect(debVersionOfText(text)).toBe(version);
  });
});

/** Oldest first; neighbours that are equal stand together. */
const ORDER = [
  ['0~~', '0~~-0'],
  ['0~'],
  ['0', '0-0', '00', '0:0'],
  ['0a'],
  ['0+'],
  ['1.2~rc1-1'],
  ['1.2-1~deb12'],
  ['1.2-1', '1.02-01'],
  ['1.2-1+b1'],
  ['1.2.0'],
  ['1.10'],
  ['20261121123456789012345'],
  ['20261121123456789012346'],
  ['1:0.1'],
  ['2:0.0.1'],
];

describe('compareDebVersions', () => {
  test('orders as dpkg does', () => {
    for (const [i, group] of ORDER.entries()) {
      for (const [j, other] of ORDER.entries()) {
        for (const a of group)
          for (const b of other) expect(Math.sign(compareDebVersions(a, b)), `${a} ? ${b}`).toBe(Math.sign(i - j));
      }
    }
  });
});

describe('isDebVersion', () => {
  test.each(['1', '1.0-1', '1:1.0:2-1', '0:0', '1.0-a-b-1', '2147483647:1', '1.0~+-~'])('takes %s', (version) => {
    expect(isDebVersion(version)).toBe(true);
  });

  test.each(['', 'a', ':1', '1:', '1-', '-1', '1 0', '1_0', '1:a', 'x:1', '2147483648:1', '1.0-1:2', '1\n', '٣'])(
    'refuses %j',
    (version) => {
      expect(isDebVersion(version)).toBe(false);
    },
  );
});
