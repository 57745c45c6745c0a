import fc from 'fast-check';
import { PackageURL } from 'packageurl-js';
import { describe, expect, test } from 'vitest';
import { formatPurl, goPurl } from './purl.ts';

describe('package URLs', () => {
  test.each([
    [
      { type: 'deb', namespace: 'debian', name: 'libstdc++6', version: '12.2.0-14+deb12u1' },
      'pkg:deb/debian/libstdc%2B%2B6@12.2.0-14%2Bdeb12u1',
    ],
    [
      { type: 'deb', namespace: 'harbor', name: 'kubelet', version: '1:1.37.0~rc.1-1', qualifiers: { arch: 'amd64' } },
      'pkg:deb/harbor/kubelet@1:1.37.0~rc.1-1?arch=amd64',
    ],
    [
      { type: 'rpm', name: 'kubelet', version: '1.36.3-1', qualifiers: { epoch: undefined, arch: 'x86_64' } },
      'pkg:rpm/kubelet@1.36.3-1?arch=x86_64',
    ],
    [
      {
        type: 'oci',
        name: 'dns',
        version: `sha256:${'0'.repeat(64)}`,
        qualifiers: { tag: 'v1', repository_url: 'registry.example:5000/a/dns' },
      },
      `pkg:oci/dns@sha256:${'0'.repeat(64)}?repository_url=registry.example:5000%2Fa%2Fdns&tag=v1`,
    ],
    [{ type: 'generic', name: "it's (new)!*" }, 'pkg:generic/it%27s%20%28new%29%21%2A'],
  ])('%j', (parts, purl) => {
    expect(formatPurl(parts)).toBe(purl);
  });

  test.each([
    [
      'k8s.io/kubernetes',
      'v1.36.3',
      'k8s.io/kubernetes/cmd/kubelet',
      'pkg:golang/k8s.io/kubernetes@v1.36.3#cmd/kubelet',
    ],
    [
      'github.com/Azure/go-autorest',
      'v14.2.0+incompatible',
      undefined,
      'pkg:golang/github.com/Azure/go-autorest@v14.2.0%2Bincompatible',
    ],
    ['go.etcd.io/etcd/server/v3', 'v3.6.8', 'go.etcd.io/etcd/server/v3', 'pkg:golang/go.etcd.io/etcd/server/v3@v3.6.8'],
    ['stdlib', '1.26.8', undefined, 'pkg:golang/stdlib@1.26.8'],
  ])('of the Go module %s %s', (module, version, importPath, purl) => {
    expect(goPurl(module, version, importPath)).toBe(purl);
  });

  test('any text comes back from a reader as it went in', () => {
    const text = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .filter((value) => value.trim() === value && !value.includes('/'));
    fc.assert(
      // The reader decodes the values of qualifiers twice.
      fc.property(
        text,
        text,
        text,
        text.filter((value) => !/[%+]/.test(value)),
        (namespace, name, version, value) => {
          const purl = formatPurl({ type: 'generic', namespace, name, version, qualifiers: { key: value } });
          const read = PackageURL.fromString(purl);
          expect([read.namespace, read.name, read.version, read.qualifiers?.['key']]).toEqual([
            namespace,
            name,
            version,
            value,
          ]);
        },
      ),
    );
  });
});
