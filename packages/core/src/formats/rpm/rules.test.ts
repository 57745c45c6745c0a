import { describe, expect, test } from 'vitest';
import type { ByteSource } from '../../model/bytes.ts';
import { bytesSource } from '../../model/bytes.ts';
import type { PackageFile, PackageSpec } from '../../model/package-spec.ts';
import { testSpec } from '../../../../../test/support/package-spec.ts';
import { checkRpm } from './rules.ts';

const root = { owner: 'root', group: 'root', mode: 0o644 } as const;
const cases: readonly (readonly [code: string, overrides: Partial<PackageSpec<ByteSource>>])[] = [
  ['VERSION_INVALID', { version: '1:2' }],
  ['VERSION_INVALID', { release: '1-2' }],
  ['RELATION_INVALID', { relations: { depends: ['iptables (>= 1.4.21)'] } }],
  ['RELATION_INVALID', { relations: { provides: ['a >= 1'] } }],
  ['RELATION_INVALID', { relations: { provides: ['(a or b)'] } }],
  ['RELATION_INVALID', { relations: { replaces: ['(a or b)'] } }],
  ['TEXT_INVALID', { sysusers: ['u Bad -'] }],
  ['FORMAT_LIMIT', { date: -1 }],
  ['FORMAT_LIMIT', { date: 2 ** 32 }],
  ['FORMAT_LIMIT', { date: 0.5 }],
  ['FORMAT_LIMIT', { changelog: [{ version: '1-1', date: 2 ** 40, author: 'a', changes: [] }] }],
  ['PATH_INVALID', { files: [{ type: 'ghost', path: '/aaaa'.repeat(819), ...root }] }],
  ['PATH_INVALID', { files: [{ type: 'symlink', path: '/a', target: '', ...root }] }],
  ['TEXT_INVALID', { files: [capable('cap_net_raw')] }],
  ['TEXT_INVALID', { files: [capable('net_raw=ep')] }],
];

function capable(capabilities: string): PackageFile<ByteSource> {
  return { type: 'file', path: '/a', ...root, content: bytesSource(''), capabilities };
}

describe('checkRpm', () => {
  test('finds nothing in a good package', () => {
    expect(checkRpm(testSpec({ files: [capable('cap_net_admin,cap_net_raw=ep cap_chown+i')] }))).toEqual([]);
  });

  test.each(cases)('reports %s for %j', (code, overrides) => {
    expect(checkRpm(testSpec(overrides)).map((problem) => problem.code)).toEqual([code]);
  });

  test('reports everything at once', () => {
    expect(checkRpm(testSpec({ version: '', date: -1, relations: { depends: ['', '|'] } }))).toHaveLength(4);
  });
});
