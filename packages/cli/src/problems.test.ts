import { expect, test } from 'vitest';
import { DistroError, ProblemsError } from '@distrokit/core';
import { CommandError, failureOf, usageError } from './problems.ts';

test('errors of the library keep what they say', () => {
  const one = new DistroError('KERNEL_COUNT', 'there is no kernel', { path: 'harbor', hint: 'add one' });
  expect(failureOf(one)).toEqual({
    problems: [{ code: 'KERNEL_COUNT', message: 'there is no kernel', path: 'harbor', hint: 'add one' }],
    unexpected: false,
  });
  const several = new ProblemsError([
    { code: 'NO_ARCH', message: 'a' },
    { code: 'KERNEL_COUNT', message: 'b', path: 'harbor' },
  ]);
  expect(failureOf(several).problems).toEqual([
    { code: 'NO_ARCH', message: 'a' },
    { code: 'KERNEL_COUNT', message: 'b', path: 'harbor' },
  ]);
});

test('so do those of the command line', () => {
  expect(failureOf(usageError('no such thing', 'name another')).problems).toEqual([
    { code: 'USAGE', message: 'no such thing', hint: 'name another' },
  ]);
  expect(failureOf(new CommandError([{ code: 'APP_EMPTY', message: 'x' }])).unexpected).toBe(false);
});

test.each([
  ['ENOSPC', 'DISK_FULL'],
  ['EDQUOT', 'DISK_FULL'],
  ['EACCES', 'PERMISSION_DENIED'],
  ['EROFS', 'PERMISSION_DENIED'],
])('%s of the system is %s', (systemCode, code) => {
  const error = Object.assign(new Error(`${systemCode}: open '/x'`), { code: systemCode });
  expect(failureOf(error)).toMatchObject({ problems: [{ code }], unexpected: false });
});

test.each([[new Error('boom')], [Object.assign(new Error('boom'), { code: 'EBADF' })], ['boom']])(
  'anything else is unexpected: %s',
  (thrown) => {
    expect(failureOf(thrown)).toMatchObject({ problems: [{ code: 'UNEXPECTED', message: 'boom' }], unexpected: true });
  },
);
