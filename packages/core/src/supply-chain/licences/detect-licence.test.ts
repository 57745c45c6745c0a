import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { detectLicence } from './detect-licence.ts';

const text = (id: string): string =>
  readFileSync(new URL(`../../../../../test/fixtures/licences/${id}.txt`, import.meta.url), 'utf8');

describe('the licence of software by its files', () => {
  test.each([
    '0BSD',
    'Apache-2.0',
    'BSD-2-Clause',
    'BSD-3-Clause',
    'CC0-1.0',
    'ISC',
    'MIT',
    'MIT-0',
    'MPL-2.0',
    'Unlicense',
  ])('%s is known by its text', (id) => {
    expect(detectLicence([text(id)])).toBe(id);
  });

  test('the holder, the years and the layout make no difference', () => {
    const changed = text('BSD-3-Clause')
      .replace(/^Copyright.*$/m, '// Copyright 2009 The Authors. All rights reserved.')
      .replace(/the copyright holder nor/i, 'Example Inc. nor')
      .replaceAll(' ', '  ')
      .replaceAll('\n', '\n// ');
    expect(detectLicence([`The BSD License\n\n${changed}`])).toBe('BSD-3-Clause');
  });

  test('the notice that points to the Apache licence counts as its text', () => {
    const notice = text('Apache-2.0').slice(text('Apache-2.0').indexOf('Licensed under the Apache'));
    expect(detectLicence([notice])).toBe('Apache-2.0');
  });

  test('all texts apply, of one file or several', () => {
    expect(detectLicence([`${text('MIT')}\n${text('BSD-2-Clause')}`])).toBe('BSD-2-Clause AND MIT');
    expect(detectLicence([text('MPL-2.0'), text('ISC'), text('ISC')])).toBe('ISC AND MPL-2.0');
  });

  test('what a file says with an identifier comes first', () => {
    const choice = `SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause\n\nChoose one.`;
    expect(detectLicence([choice, text('Apache-2.0'), text('BSD-3-Clause')])).toBe('Apache-2.0 OR BSD-3-Clause');
  });

  test.each([
    ['no file', []],
    ['an empty file', ['']],
    ['a title without a text', ['MIT License']],
    ['a text that is not known', [text('Zlib')]],
    ['a known text beside one that is not', [text('MIT'), text('Zlib')]],
    ['a clause more', [text('BSD-4-Clause')]],
    ['a word more', [text('MIT').replace('free of charge', 'free of any charge')]],
    ['a word more in the middle', [text('MIT').replace('sublicense', 'never sublicense')]],
    ['a sentence after it', [`${text('MIT')}\nThe Software shall be used for Good, not Evil.`]],
    ['a sentence before it', [`You may choose one of these.\n${text('MIT')}${text('ISC')}`]],
    ['half a text', [text('Apache-2.0').slice(0, 4000)]],
    ['an identifier that is none', ['SPDX-License-Identifier: Best-Licence-Ever']],
    ['two identifiers', ['SPDX-License-Identifier: MIT', 'SPDX-License-Identifier: ISC']],
  ])('%s is never guessed at', (_, files) => {
    expect(detectLicence(files)).toBeUndefined();
  });
});
