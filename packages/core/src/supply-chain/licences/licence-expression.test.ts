import { describe, expect, test } from 'vitest';
import { isLicenceExpression, licenceExpression } from './licence-expression.ts';

describe('licences together', () => {
  test.each([
    [['MIT'], 'MIT'],
    [['MIT', 'Apache-2.0', 'MIT'], 'Apache-2.0 AND MIT'],
    [['MIT', 'GPL-2.0-only OR BSD-2-Clause'], '(GPL-2.0-only OR BSD-2-Clause) AND MIT'],
    [[], undefined],
    [['MIT', 'unheard of'], undefined],
  ])('%j are %s', (licences, expression) => {
    expect(licenceExpression(licences)).toBe(expression);
  });
});

test.each([
  ['Apache-2.0 WITH LLVM-exception', true],
  ['LicenseRef-harbor', true],
  ['NOASSERTION', false],
  ['Apache 2', false],
])('%s is an expression: %s', (text, is) => {
  expect(isLicenceExpression(text)).toBe(is);
});
