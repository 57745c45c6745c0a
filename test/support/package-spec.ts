import { bytesSource } from '../../packages/core/src/model/bytes.ts';
import type { ByteSource } from '../../packages/core/src/model/bytes.ts';
import type { PackageSpec } from '../../packages/core/src/model/package-spec.ts';

/** A small valid package for the tests of the writers; `overrides` replaces whole members. */
export function testSpec(overrides: Partial<PackageSpec<ByteSource>> = {}): PackageSpec<ByteSource> {
  return {
    name: 'node-agent',
    version: '1.2.3',
    release: '1',
    arch: 'amd64',
    summary: 'agent that reports the state of a node',
    description: 'The agent reads the state of a node and reports it.\n\nIt has no settings.',
    license: 'Apache-2.0',
    homepage: 'https://harbor.example/node-agent',
    vendor: 'Harbor',
    maintainer: 'Harbor <release@harbor.example>',
    section: 'admin',
    relations: {},
    files: [
      {
        type: 'file',
        path: '/usr/bin/node-agent',
        mode: 0o755,
        owner: 'root',
        group: 'root',
        content: bytesSource('#!/bin/sh\nexit 0\n'),
      },
    ],
    scripts: {},
    units: [],
    sysusers: [],
    tmpfiles: [],
    changelog: [
      {
        version: '1.2.3-1',
        date: 1_795_219_200,
        author: 'Harbor <release@harbor.example>',
        changes: ['First release.'],
      },
    ],
    copyright: TEST_COPYRIGHT,
    overrides: [],
    date: 1_795_219_200,
    ...overrides,
  };
}

const TEST_COPYRIGHT = `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/

Files: *
Copyright: 2026 Harbor
License: Apache-2.0
 On Debian systems the license is in /usr/share/common-licenses/Apache-2.0.
`;
