import { describe, expect, test } from 'vitest';
import { binaryName, buildRuns, goBuildArguments } from './go-arguments.ts';

describe('goBuildArguments', () => {
  test('says everything that could change a byte, in one order', () => {
    const variables = { 'e.io/version.Version': 'v1.0.0', 'e.io/version.Text': 'it has spaces' };
    expect(goBuildArguments({ tags: ['seccomp', 'netgo'], variables }, 2)).toEqual([
      'build',
      '-mod=readonly',
      '-trimpath',
      '-buildvcs=false',
      '-p=2',
      '-tags=netgo,seccomp',
      "-ldflags=-s -w -X 'e.io/version.Text=it has spaces' -X e.io/version.Version=v1.0.0",
    ]);
  });

  test.each([
    ['gnu.2.34', '-Wl,--build-id=none'],
    ['musl', "'-static -Wl,--build-id=none'"],
  ])('links cgo with %s without build ids', (libc, external) => {
    const cgo = { zig: '0.16.0', target: `x86_64-linux-${libc}`, cflags: [], sysroot: [], ldflags: [] };
    expect(goBuildArguments({ tags: [], variables: {}, cgo }, 1).at(-1)).toBe(
      `-ldflags=-s -w -buildid= -linkmode external -extldflags ${external}`,
    );
  });

  test('refuses a variable that cannot be quoted', () => {
    expect(() => goBuildArguments({ tags: [], variables: { a: `it's "both"` } }, 1)).toThrow(
      expect.objectContaining({ code: 'TEXT_INVALID' }),
    );
  });
});

test.each([
  ['go.etcd.io/etcd/server/v3', 'server'],
  ['k8s.io/kubernetes/cmd/kubelet', 'kubelet'],
  ['example.com/v1', 'v1'],
  ['example.com/tool/v10', 'tool'],
  ['tool', 'tool'],
])('go calls the binary of %s %s', (path, name) => {
  expect(binaryName(path)).toBe(name);
});

test('two binaries of one name are built apart, equal packages once', () => {
  expect(buildRuns({ a: 'e.io/a/cmd', b: 'e.io/b/cmd', c: 'e.io/c', d: 'e.io/c' })).toEqual([
    ['e.io/a/cmd', 'e.io/c'],
    ['e.io/b/cmd'],
  ]);
});
