import type { Bom } from '../../packages/core/src/supply-chain/sbom/bom.ts';

/** A bill of materials with every member that there is. */
export function testBom(): Bom {
  return {
    date: '2026-11-21T00:00:00Z',
    vendor: { name: 'Harbor', url: 'https://harbor.example/' },
    subject: {
      id: 'pkg:deb/harbor/agent@1.0.0-1?arch=amd64',
      kind: 'deb',
      name: 'agent',
      version: '1.0.0-1',
      purl: 'pkg:deb/harbor/agent@1.0.0-1?arch=amd64',
      sha256: 'a'.repeat(64),
      licence: 'Apache-2.0',
      supplier: 'Harbor',
      homepage: 'https://harbor.example',
      file: 'packages/amd64/agent_1.0.0-1_amd64.deb',
      contains: ['file:/usr/bin/agent', 'file:/usr/share/agent/data'],
    },
    parts: [
      {
        id: 'file:/usr/bin/agent',
        kind: 'program',
        name: 'agent',
        version: '1.0.0',
        purl: 'pkg:golang/example.com/agent@v1.0.0#cmd/agent',
        sha256: 'b'.repeat(64),
        licence: 'MIT OR Apache-2.0',
        file: '/usr/bin/agent',
        dependsOn: ['pkg:golang/example.com/library@v0.1.0', 'pkg:golang/example.com/library@v0.2.0'],
      },
      { id: 'file:/usr/share/agent/data', kind: 'file', name: 'data', file: '/usr/share/agent/data' },
      {
        id: 'pkg:golang/example.com/library@v0.1.0',
        kind: 'module',
        name: 'example.com/library',
        version: 'v0.1.0',
        purl: 'pkg:golang/example.com/library@v0.1.0',
        sha256: 'c'.repeat(64),
        licence: 'LicenseRef-Harbor AND MIT',
      },
      {
        id: 'pkg:golang/example.com/library@v0.2.0',
        kind: 'module',
        name: 'example.com/library',
        version: 'v0.2.0',
        purl: 'pkg:golang/example.com/library@v0.2.0',
        document: {
          serialNumber: 'urn:uuid:01234567-89ab-8def-8123-456789abcdef',
          namespace: 'https://harbor.example/spdx/library-v0.2.0',
          spdxSha1: 'd'.repeat(40),
        },
      },
    ],
  };
}
