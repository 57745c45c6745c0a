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

/** A package that uses everything a spec can say; valid for both families but for its relations, which are Debian's. */
export function fullSpec(overrides: Partial<PackageSpec<ByteSource>> = {}): PackageSpec<ByteSource> {
  const root = { owner: 'root', group: 'root' } as const;
  const agent = { owner: 'node-agent', group: 'node-agent' } as const;
  const text = (content: string): { readonly type: 'file'; readonly content: ByteSource } => ({
    type: 'file',
    content: bytesSource(content),
  });
  return testSpec({
    version: '1.3.0-rc.1',
    description: [
      'The agent reads the state of a node and reports it to the one that asked for it, on a line of its own, which is long.',
      '',
      'It can be asked for:',
      ' * the load',
      ' * the time',
    ].join('\n'),
    relations: {
      depends: ['libc6 (>= 2.34)', 'mount | util-linux (<< 2.29)'],
      recommends: ['curl'],
      provides: ['agent (= 1.3)'],
    },
    files: [
      { ...text('#!/bin/sh\nexec sleep infinity\n'), path: '/usr/bin/node-agent', mode: 0o755, ...root },
      {
        ...text('#!/bin/sh\nid\n'),
        path: '/usr/libexec/node-agent/ask',
        mode: 0o4750,
        owner: 'root',
        group: 'node-agent',
      },
      {
        ...text('#!/bin/sh\n'),
        path: '/usr/libexec/node-agent/bind',
        mode: 0o755,
        ...root,
        capabilities: 'cap_net_bind_service=ep',
      },
      { ...text('ARGS=\n'), path: '/etc/default/node-agent', mode: 0o644, ...root },
      { ...text("it's 100% {odd}\n"), path: "/usr/share/node-agent/it's 100% {odd} $HOME", mode: 0o644, ...root },
      { ...text('long\n'), path: `/usr/share/node-agent/${'ä'.repeat(40)}/${'n'.repeat(200)}`, mode: 0o644, ...root },
      { ...text(''), path: '/usr/share/node-agent/empty', mode: 0o644, ...root },
      { type: 'symlink', path: '/usr/bin/na', target: 'node-agent', mode: 0o777, ...root },
      { type: 'directory', path: '/var/lib/node-agent', mode: 0o750, ...agent },
      { type: 'ghost', path: '/var/lib/node-agent/state', mode: 0o640, ...agent },
    ],
    scripts: {
      preInstall: 'echo "preinst $1"\n',
      postInstall: 'echo "postinst $1"\nexit 0\n',
      preRemove: 'echo "prerm $1"\n',
      postRemove: 'echo "postrm $1"\n',
    },
    units: [{ name: 'node-agent.service', text: TEST_UNIT, enable: true, start: true }],
    sysusers: ['u node-agent - "Node agent" /var/lib/node-agent'],
    tmpfiles: ['d /run/node-agent 0750 node-agent node-agent -'],
    changelog: [
      {
        version: '1.3.0-rc.1-1',
        date: 1_795_219_200,
        author: 'Harbor <release@harbor.example>',
        changes: ['New release.', 'Closes #1.'],
      },
      {
        version: '1.2.3-1',
        date: 1_790_000_000,
        author: 'Harbor <release@harbor.example>',
        changes: ['First release.'],
      },
    ],
    overrides: [
      { tool: 'lintian', tag: 'no-manual-page', reason: 'the agent has no options' },
      {
        tool: 'lintian',
        tag: 'elevated-privileges',
        context: '4750 root/node-agent [usr/libexec/node-agent/ask]',
        reason: 'asks as root',
      },
    ],
    ...overrides,
  });
}

const TEST_UNIT = `[Unit]
Description=Node agent
Documentation=https://harbor.example/node-agent

[Service]
EnvironmentFile=-/etc/default/node-agent
ExecStart=/usr/bin/node-agent $ARGS
User=node-agent

[Install]
WantedBy=multi-user.target
`;

const TEST_COPYRIGHT = `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/

Files: *
Copyright: 2026 Harbor
License: Apache-2.0
 On Debian systems the license is in /usr/share/common-licenses/Apache-2.0.
`;
