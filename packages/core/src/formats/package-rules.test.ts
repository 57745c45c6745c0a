import { describe, expect, test } from 'vitest';
import { testSpec } from '../../../../test/support/package-spec.ts';
import type { PackageSpec } from '../model/package-spec.ts';
import type { PackageFormat } from '../model/target.ts';
import { checkPackage } from './package-rules.ts';

const root = { owner: 'root', group: 'root' } as const;
const formats: readonly PackageFormat[] = ['deb', 'rpm'];

function codes(overrides: Partial<PackageSpec<never>>, format: PackageFormat = 'deb'): readonly string[] {
  return checkPackage(testSpec(overrides), format).map(({ code }) => code);
}

test.each(formats)('finds nothing in a good %s', (format) => {
  expect(checkPackage(testSpec(), format)).toEqual([]);
});

test('finds everything at once, each with the value', () => {
  const problems = checkPackage(
    testSpec({
      name: 'Node Agent',
      version: 'v1',
      summary: 'a\nPriority: required',
      relations: { depends: ['a (1)'] },
    }),
    'deb',
  );
  expect(problems.map(({ code, message }) => `${code} ${message}`)).toEqual([
    'NAME_INVALID package name "Node Agent" is not two or more of a-z 0-9 + - . starting with a letter or digit',
    'VERSION_INVALID version "v1" is not one that dpkg accepts',
    'TEXT_INVALID summary "a\\nPriority: required" holds a newline',
    'RELATION_INVALID depends relation "a (1)" does not parse',
  ]);
});

describe('names and versions', () => {
  test.each(['a', '', 'Agent', 'agent_x', '-agent', 'a/b', '../a', 'a'.repeat(129), 'ägent'])(
    'a deb is not called %j',
    (name) => {
      expect(codes({ name })).toContain('NAME_INVALID');
    },
  );

  test.each(['', 'v1.2', '1 2', '1:2', '1_2', '1\n', 'ä', '-1'])('a deb does not have the version %j', (version) => {
    expect(codes({ version })).toContain('VERSION_INVALID');
  });

  test.each(['1.37.0-rc.1', '1.0+dfsg~x', '20261121'])('both have the version %j', (version) => {
    for (const format of formats) expect(codes({ version }, format)).toEqual([]);
  });

  test.each(['', '1-2', '1_2', '1:'])('a deb does not have the release %j', (release) => {
    expect(codes({ release })).toEqual(['VERSION_INVALID']);
  });

  test.each([-1, 1.5, 2 ** 31])('a deb does not have the epoch %d', (epoch) => {
    expect(codes({ epoch })).toEqual(['VERSION_INVALID']);
  });
});

describe('texts', () => {
  test.each([
    ['summary', { summary: 'a\nb' }],
    ['summary', { summary: '' }],
    ['description', { description: 'a\u0007' }],
    ['maintainer', { maintainer: 'Harbor' }],
    ['homepage', { homepage: 'https://a\r\nb' }],
    ['copyright', { copyright: '\ud800' }],
    ['script', { scripts: { postInstall: '#!/bin/bash\ntrue\n' } }],
    ['sysusers', { sysusers: ['u a -\nu root 0'] }],
    ['tmpfiles', { tmpfiles: ['d /run/a\nd /b'] }],
    ['changelog', { changelog: [] }],
    [
      'change',
      { changelog: [{ version: '1-1', date: 0, author: 'A <a@b>', changes: ['a\n\nevil (1) x; urgency=low'] }] },
    ],
    ['override', { overrides: [{ tool: 'lintian', tag: 'a\nb', reason: 'c' }] }],
  ] as const)('refuses a bad %s', (_, overrides) => {
    expect(codes(overrides)).toEqual(['TEXT_INVALID']);
  });

  test('refuses a unit that is not one', () => {
    expect(codes({ units: [{ name: '../x.service', text: 'x', enable: true, start: true }] })).toContain(
      'NAME_INVALID',
    );
    expect(codes({ units: [{ name: 'x.conf', text: 'x', enable: true, start: true }] })).toEqual(['NAME_INVALID']);
  });
});

describe('relations', () => {
  test.each(['aa', 'aa (>> 1)', 'aa (= 1:2.0-1)', 'aa:any', 'aa (>= 1.4.21) | bb', 'g++ (<< 2~)'])(
    'a deb may depend on %j',
    (text) => {
      expect(codes({ relations: { depends: [text] } })).toEqual([]);
    },
  );

  test.each([
    '',
    'a',
    'AA',
    'aa, bb',
    'aa (1)',
    'aa >= 1',
    'aa (> 1)',
    'aa (>= v1)',
    'aa (>= 1',
    'aa |',
    'aa [amd64]',
    'aa\nEvil: 1',
  ])('a deb may not depend on %j', (text) => {
    expect(codes({ relations: { depends: [text] } })).toEqual(['RELATION_INVALID']);
  });

  test('a deb provides one version and conflicts with no alternatives', () => {
    expect(codes({ relations: { provides: ['aa (= 1)', 'bb'] } })).toEqual([]);
    expect(codes({ relations: { provides: ['aa (>= 1)'], conflicts: ['aa | bb'] } })).toEqual([
      'RELATION_INVALID',
      'RELATION_INVALID',
    ]);
  });

  test('an rpm has its own syntax and fewer kinds', () => {
    expect(codes({ relations: { depends: ['iptables >= 1.4.21'] } }, 'rpm')).toEqual([]);
    expect(codes({ relations: { depends: ['iptables (>= 1.4.21)'] } }, 'rpm')).toEqual(['RELATION_INVALID']);
    expect(codes({ relations: { breaks: ['a'] } }, 'rpm')).toEqual(['RELATION_INVALID']);
  });
});

describe('files', () => {
  test.each([
    ['PATH_INVALID', { type: 'directory', path: '/a/../b', mode: 0o755, ...root }],
    ['PATH_INVALID', { type: 'symlink', path: '/a', mode: 0o777, target: '', ...root }],
    ['FORMAT_LIMIT', { type: 'directory', path: '/a', mode: 0o10000, ...root }],
    ['NAME_INVALID', { type: 'directory', path: '/a', mode: 0o755, owner: 'a:b', group: 'root' }],
    [
      'TEXT_INVALID',
      { type: 'file', path: '/a', mode: 0o755, ...root, content: undefined as never, capabilities: 'x; reboot' },
    ],
  ] as const)('refuses with %s', (code, file) => {
    expect(codes({ files: [file] })).toEqual([code]);
  });

  test('refuses a file that the writer makes itself', () => {
    const path = '/usr/share/doc/node-agent/copyright';
    expect(codes({ files: [{ type: 'file', path, mode: 0o644, ...root, content: undefined as never }] })).toEqual([
      'FILE_COLLISION',
    ]);
  });
});
