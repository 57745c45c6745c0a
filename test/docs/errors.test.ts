import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ERROR_REFERENCE_FILE, errorReference } from '../../packages/core/scripts/write-error-reference.ts';

test('the page of error codes is the table of error codes; run `npm run docs` when it is not', () => {
  expect(readFileSync(ERROR_REFERENCE_FILE, 'utf8')).toBe(errorReference());
});
