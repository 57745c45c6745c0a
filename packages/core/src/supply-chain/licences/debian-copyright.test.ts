import { describe, expect, test } from 'vitest';
import { debianLicence } from './debian-copyright.ts';

const FORMAT = 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n';
const of = (...licences: readonly string[]): string | undefined =>
  debianLicence(
    `${FORMAT}Upstream-Name: agent\n\n${licences
      .map((licence) => `Files: *\nCopyright: 2026 Somebody\nLicense: ${licence}\n A text.\n .\n With more.\n`)
      .join('\n')}\nLicense: Something-Else\n Explained on its own.\n`,
  );

describe('the licence that a copyright file amounts to', () => {
  test.each([
    [['Expat'], 'MIT'],
    [['GPL-2+'], 'GPL-2.0-or-later'],
    [['GPL-3.0'], 'GPL-3.0-only'],
    [['LGPL-2.1+', 'LGPL-2+'], 'LGPL-2.0-or-later AND LGPL-2.1-or-later'],
    [['GPL-2+ or BSD-3-clause', 'Expat'], '(GPL-2.0-or-later OR BSD-3-Clause) AND MIT'],
    [['Apache-2.0 and ISC'], 'Apache-2.0 AND ISC'],
    [['MPL-2.0', 'MPL-2.0'], 'MPL-2.0'],
  ])('%j is %s', (licences, expression) => {
    expect(of(...licences)).toBe(expression);
  });

  test.each([
    ['a name that SPDX does not list', of('public-domain')],
    ['a known name beside one that is not', of('Expat', 'custom')],
    ['an exception', of('GPL-2+ with OpenSSL exception')],
    ['a list with commas', of('GPL-2+ or Artistic-2.0, and Expat')],
    ['both operators', of('GPL-2+ or ISC and Expat')],
    ['a version that never was', of('GPL-2.7')],
    ['no licence', of('')],
    ['no files', debianLicence(FORMAT)],
    ['free text', debianLicence('This package was debianized by Somebody.\n\nLicense: MIT\n')],
    ['nothing', debianLicence('')],
  ])('%s is never guessed at', (_, licence) => {
    expect(licence).toBeUndefined();
  });
});
