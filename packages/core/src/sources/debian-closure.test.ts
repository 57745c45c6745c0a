import { expect, test } from 'vitest';
import { parseSimulated } from './debian.ts';

test('reads what apt would install, in whatever form it says so', () => {
  const printed = [
    'Inst gcc-12-base (12.2.0-14+deb12u1 Debian:12.13/oldstable [amd64])',
    'Inst libc6 [2.36-8] (2.36-9+deb12u13 Debian:12.13/oldstable [amd64]) []',
    'Inst libcap2:arm64 (1:2.66-4 Debian:12.13/oldstable [arm64])',
    'Conf libc6 (2.36-9+deb12u13 Debian:12.13/oldstable [amd64])',
    '',
  ];
  expect([...parseSimulated(printed.join('\n'))]).toEqual([
    ['gcc-12-base', '12.2.0-14+deb12u1'],
    ['libc6', '2.36-9+deb12u13'],
    ['libcap2', '1:2.66-4'],
  ]);
});
