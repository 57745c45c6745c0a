import { bytesSource } from '../../packages/core/src/model/bytes.ts';
import type { ByteSource } from '../../packages/core/src/model/bytes.ts';
import type { PackageSpec } from '../../packages/core/src/model/package-spec.ts';
import { testSpec } from './package-spec.ts';

const root = { owner: 'root', group: 'root' } as const;
const agent = { owner: 'node-agent', group: 'node-agent' } as const;

/** A package with something of everything that an rpm can hold. */
export function fullRpmSpec(overrides: Partial<PackageSpec<ByteSource>> = {}): PackageSpec<ByteSource> {
  const base = testSpec();
  return testSpec({
    version: '1.3.0-rc.1',
    release: '2',
    epoch: 2,
    arch: 'all',
    relations: {
      depends: ['(bash or dash)', 'coreutils >= 5.0'],
      recommends: ['logrotate'],
      suggests: ['chrony'],
      provides: ['agent = 3'],
      conflicts: ['other-agent < 1:2.0~rc1-1'],
      replaces: ['old-agent < 1.0'],
    },
    files: [
      {
        type: 'file',
        path: '/usr/bin/node-agent',
        mode: 0o755,
        ...root,
        content: bytesSource('#!/bin/sh\nexit 0\n'),
        capabilities: 'cap_net_bind_service=ep',
      },
      { type: 'symlink', path: '/usr/bin/agent', target: 'node-agent', mode: 0o777, ...root },
      {
        type: 'file',
        path: '/etc/node-agent.conf',
        mode: 0o644,
        ...root,
        content: bytesSource('level=info\n'),
        config: 'noreplace',
      },
      {
        type: 'file',
        path: '/etc/node-agent.d/10-ä.conf',
        mode: 0o644,
        ...root,
        content: bytesSource(''),
        config: 'replace',
      },
      {
        type: 'file',
        path: '/usr/share/doc/node-agent/README',
        mode: 0o644,
        ...root,
        content: bytesSource('Read me.\n'),
        role: 'doc',
      },
      { type: 'directory', path: '/var/lib/node-agent', mode: 0o2750, ...agent },
      { type: 'ghost', path: '/var/lib/node-agent/state', mode: 0o600, ...agent },
    ],
    scripts: {
      preInstall: 'echo "pre $1"',
      postInstall: 'echo "post $1"',
      preRemove: 'echo "preun $1"',
      postRemove: 'echo "postun $1"',
    },
    units: [
      {
        name: 'node-agent.service',
        text: '[Unit]\nDescription=Node agent\n\n[Service]\nExecStart=/usr/bin/node-agent\n\n[Install]\nWantedBy=multi-user.target\n',
        enable: true,
        start: true,
      },
    ],
    sysusers: ['u node-agent - "Node agent" /var/lib/node-agent'],
    tmpfiles: ['d /run/node-agent 0750 node-agent node-agent -'],
    changelog: [
      {
        version: '1.3.0-rc.1-2',
        date: 1_795_219_200,
        author: 'Harbor <release@harbor.example>',
        changes: ['Second.', 'More.'],
      },
      ...base.changelog,
    ],
    ...overrides,
  });
}
