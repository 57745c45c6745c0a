import { expect, test } from 'vitest';
import { fakeIo } from '../../../../test/support/fake-io.ts';
import { renderProblems } from './render-failure.ts';
import { styleFor } from './style.ts';

const io = fakeIo();
const style = styleFor(io.stderr, io.env);

test('each problem is a line with its construct, code and hint; their number ends it', () => {
  const text = renderProblems(
    [
      {
        code: 'ADDON_KERNEL_RANGE',
        message: 'CoreDNS 1.12 supports <1.36',
        path: 'harbor/dns',
        hint: 'use CoreDNS 1.13',
      },
      { code: 'SOURCE_NOT_LOCKED', message: 'go module a v1 has no entry', path: 'harbor/network' },
    ],
    style,
    { outcome: 'nothing was written' },
  );
  expect(text).toBe(
    '✖ [harbor/dns] ADDON_KERNEL_RANGE  CoreDNS 1.12 supports <1.36\n' +
      '    hint: use CoreDNS 1.13\n' +
      '✖ [harbor/network] SOURCE_NOT_LOCKED  go module a v1 has no entry\n' +
      '2 problems, nothing was written\n',
  );
});

test('one problem without a construct needs no count', () => {
  expect(renderProblems([{ code: 'USAGE', message: "unknown command 'x'" }], style)).toBe(
    "✖ USAGE  unknown command 'x'\n",
  );
});

test('further lines of a message stand under its first', () => {
  const text = renderProblems([{ code: 'BUILD_FAILED', message: 'go build failed\nline 1\nline 2' }], style);
  expect(text).toBe('✖ BUILD_FAILED  go build failed\n    line 1\n    line 2\n');
});
