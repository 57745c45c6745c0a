import { describe, expect, test } from 'vitest';
import { formatBytes, formatCount, formatDuration } from './units.ts';

describe('formatBytes', () => {
  test.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1.0 KiB'],
    [10_239, '10 KiB'],
    [80 * 1024 * 1024, '80 MiB'],
    [1024 ** 3 - 1, '1.0 GiB'],
    [5 * 1024 ** 5, '5120 TiB'],
  ])('%d bytes are %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});

describe('formatDuration', () => {
  test.each([
    [0, '0.0 s'],
    [449, '0.4 s'],
    [9949, '9.9 s'],
    [9950, '10 s'],
    [59_499, '59 s'],
    [59_500, '1 min 00 s'],
    [125_000, '2 min 05 s'],
    [3_600_000, '1 h 00 min'],
    [3_725_000, '1 h 02 min'],
  ])('%d ms are %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});

test('one thing has no plural', () => {
  expect([0, 1, 2].map((count) => formatCount(count, 'package'))).toEqual(['0 packages', '1 package', '2 packages']);
  expect(formatCount(2, 'entry', 'entries')).toBe('2 entries');
});
