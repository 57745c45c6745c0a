import { describe, expect, test } from 'vitest';
import type { ByteSource } from '../../model/bytes.ts';
import { bytesSource } from '../../model/bytes.ts';
import type { PackageFile, PackageSpec } from '../../model/package-spec.ts';
import { testSpec } from '../../../../../test/support/package-spec.ts';
import { dependenciesOf } from './dependencies.ts';
import type { DependencyKind, DependencyOptions } from './dependencies.ts';
import { formatRelation } from './relation.ts';
import { scriptsOf } from './scripts.ts';

function listed(
  kind: DependencyKind,
  overrides: Partial<PackageSpec<ByteSource>>,
  options: Partial<DependencyOptions> = {},
): readonly string[] {
  const spec = testSpec(overrides);
  const all = {
    files: spec.files,
    scripts: scriptsOf(spec),
    compression: 'gzip',
    largeFiles: false,
    ...options,
  } as const;
  return dependenciesOf(spec, all)[kind].map(formatRelation);
}

const file: PackageFile<ByteSource> = {
  type: 'file',
  path: '/etc/a',
  mode: 0o644,
  owner: 'root',
  group: 'root',
  content: bytesSource(''),
};

const ALWAYS = [
  'rpmlib(CompressedFileNames) <= 3.0.4-1',
  'rpmlib(FileDigests) <= 4.6.0-1',
  'rpmlib(PayloadFilesHavePrefix) <= 4.0-1',
];

describe('dependenciesOf', () => {
  test.each([
    ['amd64', ['node-agent = 1.2.3-1', 'node-agent(x86-64) = 1.2.3-1']],
    ['arm64', ['node-agent = 1.2.3-1', 'node-agent(aarch-64) = 1.2.3-1']],
    ['ppc64le', ['node-agent = 1.2.3-1', 'node-agent(ppc-64) = 1.2.3-1']],
    ['s390x', ['node-agent = 1.2.3-1', 'node-agent(s390-64) = 1.2.3-1']],
    ['all', ['node-agent = 1.2.3-1']],
  ] as const)('provides the name for %s', (arch, provides) => {
    expect(listed('provides', { arch })).toEqual(provides);
  });

  test('names the epoch everywhere', () => {
    const provides = listed('provides', { epoch: 2, arch: 'all', files: [{ ...file, config: 'noreplace' }] });
    expect(provides).toEqual(['config(node-agent) = 2:1.2.3-1', 'node-agent = 2:1.2.3-1']);
  });

  test('ties the configuration to the package', () => {
    const spec = { files: [{ ...file, config: 'replace' as const }] };
    expect(listed('requires', spec)).toEqual(['config(node-agent) = 1.2.3-1', ...ALWAYS]);
  });

  test('requires the interpreter of each script with its moment', () => {
    const spec = testSpec({ scripts: { preInstall: ':', postRemove: ':' } });
    const options = { files: [], scripts: scriptsOf(spec), compression: 'gzip', largeFiles: false } as const;
    const shells = dependenciesOf(spec, options).requires.filter(({ name }) => name === '/bin/sh');
    expect(shells.map(({ flags }) => flags)).toEqual([0x300, 0x1100]);
  });

  test.each([
    ['PayloadIsZstd) <= 5.4.18-1', {}, { compression: 'zstd' }],
    ['LargeFiles) <= 4.12.0-1', {}, { largeFiles: true }],
    ['FileCaps) <= 4.6.1-1', {}, { files: [{ ...file, capabilities: 'cap_chown=p' }] }],
    ['TildeInVersions) <= 4.10.0-1', { version: '1.0.0-rc.1' }, {}],
    ['TildeInVersions) <= 4.10.0-1', { relations: { conflicts: ['a < 1~rc1'] } }, {}],
    ['CaretInVersions) <= 4.15.0-1', { relations: { recommends: ['a > 1^git1'] } }, {}],
    ['RichDependencies) <= 4.12.0-1', { relations: { depends: ['(a or b)'] } }, {}],
  ] as const)('requires rpmlib(%s where it is used', (feature, overrides, options) => {
    const added = listed('requires', overrides, options).filter((each) => each.startsWith('rpmlib('));
    expect(added).toEqual([...ALWAYS, `rpmlib(${feature}`].sort());
  });

  test('sorts and drops repetitions', () => {
    const depends = ['b', 'a >= 2', 'b', 'a >= 1', '(c or d)'];
    expect(listed('requires', { relations: { depends } }).slice(0, 4)).toEqual(['(c or d)', 'a >= 1', 'a >= 2', 'b']);
  });

  test('maps the other relations, and leaves out what only Debian has', () => {
    const relations = {
      preDepends: ['dpkg'],
      breaks: ['x'],
      recommends: ['r'],
      suggests: ['s'],
      conflicts: ['c < 1'],
      replaces: ['o < 2'],
      provides: ['virtual = 3'],
    };
    expect(listed('recommends', { relations })).toEqual(['r']);
    expect(listed('suggests', { relations })).toEqual(['s']);
    expect(listed('conflicts', { relations })).toEqual(['c < 1']);
    expect(listed('obsoletes', { relations })).toEqual(['o < 2']);
    expect(listed('provides', { relations }).at(-1)).toBe('virtual = 3');
    expect(listed('requires', { relations })).toEqual(ALWAYS);
  });

  test('provides accounts in the form that rpm 4.19 makes them from', () => {
    const sysusers = ['u dnsmasq - "Dnsmasq DHCP and DNS server" /var/lib/dnsmasq', 'm klangd klong'];
    expect(listed('provides', { sysusers, arch: 'all' })).toEqual([
      'group(dnsmasq)',
      'groupmember(klangd/klong) = bSBrbGFuZ2Qga2xvbmcA',
      'node-agent = 1.2.3-1',
      'user(dnsmasq) = dSBkbnNtYXNxIC0gIkRuc21hc3EgREhDUCBhbmQgRE5TIHNlcnZlciIgL3Zhci9saWIvZG5zbWFzcQAA',
    ]);
  });
});
