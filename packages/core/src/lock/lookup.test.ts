import { describe, expect, test } from 'vitest';
import type { DebianSource, GoModuleSource, LockedGoModule, LockedSource } from '../model/source.ts';
import { addressesOf, lookupDebian, lookupGoModule, lookupUrl } from './lookup.ts';
import type { Lock } from './schema.ts';

const etcd: GoModuleSource = {
  kind: 'go-module',
  module: 'go.etcd.io/etcd/server/v3',
  commands: { etcd: 'go.etcd.io/etcd/server/v3', etcdctl: 'go.etcd.io/etcd/etcdctl/v3' },
  with: { 'go.etcd.io/etcd/etcdctl/v3': 'v{version}' },
};
const locked: LockedGoModule = {
  kind: 'go-module',
  module: etcd.module,
  version: 'v3.6.8',
  packages: ['go.etcd.io/etcd/etcdctl/v3', 'go.etcd.io/etcd/server/v3'],
  with: { 'go.etcd.io/etcd/etcdctl/v3': 'v3.6.8' },
  replaces: 'same',
  sum: 'h1:x',
  goMod: [],
  goSum: [],
};
const lockOf = (sources: Record<string, LockedSource>): Lock => ({
  schemaVersion: 1,
  date: '2026-11-21T00:00:00Z',
  toolchains: {},
  sources,
});

describe('lookupGoModule', () => {
  const lock = lockOf({ 'go:go.etcd.io/etcd/server/v3@v3.6.8': locked });

  test('finds the entry of the component version', () => {
    expect(lookupGoModule(lock, etcd, '3.6.8')).toEqual({ found: locked });
  });

  test('names the module and version that has no entry', () => {
    expect(lookupGoModule(lock, etcd, '3.6.9')).toEqual({
      code: 'SOURCE_NOT_LOCKED',
      message: 'go module go.etcd.io/etcd/server/v3 v3.6.9 has no entry in distro.lock.json',
    });
  });

  test('does not take a name of Object.prototype for an entry', () => {
    expect(lookupUrl(lockOf({}), '__proto__')).toHaveProperty('code', 'SOURCE_NOT_LOCKED');
  });

  test.each([
    ['package go.etcd.io/etcd/etcdutl/v3', { ...etcd, commands: { etcdutl: 'go.etcd.io/etcd/etcdutl/v3' } }],
    ['module go.etcd.io/etcd/etcdctl/v3 v3.6.7', { ...etcd, with: { 'go.etcd.io/etcd/etcdctl/v3': 'v3.6.7' } }],
    ["replaces 'staging'", { ...etcd, replaces: 'staging' as const }],
  ])('is stale without its %s', (gap, source) => {
    expect(lookupGoModule(lock, source, '3.6.8')).toEqual({
      code: 'SOURCE_STALE',
      message: `go module go.etcd.io/etcd/server/v3 v3.6.8 is in distro.lock.json without its ${gap}`,
    });
  });

  test('serves a C program from whatever entry its module has', () => {
    const source = {
      kind: 'c-program',
      name: 'pause',
      module: etcd.module,
      version: 'v3.6.8',
      files: [],
      libc: 'musl',
      cflags: [],
    } as const;
    expect(lookupGoModule(lock, source, '3.10.2')).toEqual({ found: locked });
  });
});

describe('lookupDebian', () => {
  const source: DebianSource = { kind: 'debian', package: 'libseccomp-dev', suite: 'trixie' };

  test('names package, architecture and suite that has no entry', () => {
    expect(lookupDebian(lockOf({}), source, 'ppc64le')).toEqual({
      code: 'SOURCE_NOT_LOCKED',
      message: 'Debian package libseccomp-dev:ppc64el of trixie has no entry in distro.lock.json',
    });
  });
});

test('addressesOf fills version and architecture in', () => {
  const files = { kubelet: 'https://files.example/v{version}/bin/linux/{arch}/kubelet' };
  const addresses = addressesOf({ kind: 'url', files, arches: ['arm64'] }, { version: '1.36.3', arch: 'arm64' });
  expect([...addresses]).toEqual([['kubelet', 'https://files.example/v1.36.3/bin/linux/arm64/kubelet']]);
});
