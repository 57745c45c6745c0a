import { expect, test } from 'vitest';
import { archesOf } from './arches.ts';

test('host is this machine, and nothing is named twice', () => {
  expect(archesOf(['host', 'amd64', 's390x'], 'x64')).toEqual(['amd64', 's390x']);
  expect(archesOf(['host'], 'arm64')).toEqual(['arm64']);
  expect(archesOf(undefined)).toBeUndefined();
});

test('a machine that no distribution is made for', () => {
  expect(() => archesOf(['host'], 'riscv64')).toThrow("this machine's architecture riscv64");
});
