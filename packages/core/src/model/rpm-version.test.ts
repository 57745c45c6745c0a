import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  compareRpmEvrs,
  compareRpmVersions,
  formatRpmVersion,
  isRpmEvr,
  isRpmVersion,
  rpmVersionOf,
} from './rpm-version.ts';

describe('rpmVersionOf', () => {
  test.each([
    ['1.36.3', '1.36.3-1'],
    ['1.37.0-rc.1', '1.37.0~rc.1-1'],
    ['1.37.0-rc-1', '1.37.0~rc.1-1'],
    ['1.33.1+k3s1', '1.33.1+k3s1-1'],
  ])('renders %s as %s', (version, rendered) => {
    expect(formatRpmVersion(rpmVersionOf({ version, release: '1' }))).toBe(rendered);
  });

  test('leaves an epoch of 0 out', () => {
    expect(rpmVersionOf({ version: '1', release: '1', epoch: 0 })).toEqual({ version: '1', release: '1' });
    expect(formatRpmVersion(rpmVersionOf({ version: '1', release: '1', epoch: 2 }))).toBe('2:1-1');
  });

  test.each([
    { version: '', release: '1' },
    { version: '1:2', release: '1' },
    { version: '1.0 ', release: '1' },
    { version: '1\n2', release: '1' },
    { version: '.1', release: '1' },
    { version: '1..2', release: '1' },
    { version: '1', release: '1-1' },
    { version: '1', release: '1', epoch: -1 },
    { version: '1', release: '1', epoch: 2 ** 32 },
  ])('refuses %j', (spec) => {
    expect(() => rpmVersionOf(spec)).toThrow(expect.objectContaining({ code: 'VERSION_INVALID' }));
  });
});

describe('isRpmVersion and isRpmEvr', () => {
  test('accept what a header and a relation can hold', () => {
    expect(['1', '1.0~rc1', '1^git1', 'a_b+c'].every(isRpmVersion)).toBe(true);
    expect(['', '-', '1-1', '1:1', '~1', '1 2', 'ä'].some(isRpmVersion)).toBe(false);
    expect(['1', '1-1', '1:2.0~rc1-1', '0:1'].every(isRpmEvr)).toBe(true);
    expect(['', '-1', '1-', 'a:1', '1-1-1', '99999999999:1', '1:'].some(isRpmEvr)).toBe(false);
  });
});

describe('compareRpmVersions', () => {
  test('puts versions in rpm order', () => {
    const ordered = [
      '1.0~alpha',
      '1.0~rc1',
      '1.0~rc2',
      '1.0',
      '1.0^',
      '1.0^git1',
      '1.0a',
      '1.0.0',
      '1.0.1',
      '1.0.10',
      '1.1',
      '2',
      '10',
    ];
    for (const [i, a] of ordered.entries()) {
      for (const [j, b] of ordered.entries()) {
        expect([a, b, Math.sign(compareRpmVersions(a, b))]).toEqual([a, b, Math.sign(i - j)]);
      }
    }
  });

  test.each([
    ['1.0', '1_0'],
    ['1.01', '1.1'],
    ['1.0.', '1.0'],
    ['1ä', '1'],
  ])('finds %s and %s equal', (a, b) => {
    expect(compareRpmVersions(a, b)).toBe(0);
  });

  test('is antisymmetric', () => {
    const version = fc.string({ unit: fc.constantFrom(...Array.from('0019abAZ.~^+_')) });
    fc.assert(
      fc.property(version, version, (a, b) => {
        expect(compareRpmVersions(a, b) + compareRpmVersions(b, a)).toBe(0);
      }),
    );
  });
});

describe('compareRpmEvrs', () => {
  test.each([
    ['1:1-1', '2-1', 1],
    ['0:1-1', '1-1', 0],
    ['1-2', '1-10', -1],
    ['1', '1-1', -1],
    ['1.0~rc1-9', '1.0-1', -1],
  ])('%s against %s is %i', (a, b, expected) => {
    expect(compareRpmEvrs(a, b)).toBe(expected);
  });
});
