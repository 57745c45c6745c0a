import { AssertionError } from 'node:assert';
import { describe, expect, test } from 'vitest';
import type { PackageSpec } from '../model/package-spec.ts';
import type { PackageStep, Plan } from '../plan/document.ts';
import { PlanView } from './plan-view.ts';

const DATE = 1_795_219_200;

function spec(changes: Partial<PackageSpec>): PackageSpec {
  return {
    name: 'node-agent',
    version: '2.1.0',
    release: '3',
    arch: 'amd64',
    summary: 'agent that reports the state of a node',
    description: 'The agent reads the state of a node and reports it.',
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
        content: { step: 'go-build x', output: 'node-agent' },
      },
      {
        type: 'file',
        path: '/etc/node-agent.yaml',
        mode: 0o640,
        owner: 'root',
        group: 'adm',
        content: { text: 'port: 9100\n' },
        config: 'noreplace',
      },
      { type: 'symlink', path: '/usr/bin/na', mode: 0o777, owner: 'root', group: 'root', target: 'node-agent' },
    ],
    scripts: {},
    units: [
      { name: 'node-agent.service', text: '[Service]\nExecStart=/usr/bin/node-agent\n', enable: true, start: true },
    ],
    sysusers: [],
    tmpfiles: [],
    changelog: [{ version: '2.1.0-3', date: DATE, author: 'Harbor <release@harbor.example>', changes: ['Rebuilt.'] }],
    copyright: 'License: Apache-2.0\n',
    overrides: [],
    date: DATE,
    ...changes,
  };
}

function packageStep(format: 'deb' | 'rpm', changes: Partial<PackageSpec> = {}): PackageStep {
  const planned = spec(changes);
  const file = `packages/${planned.arch}/${planned.name}.${format}`;
  return {
    kind: 'package',
    id: `package ${file}`,
    path: 'harbor/node-agent',
    outputs: ['package'],
    format,
    compression: 'zstd',
    spec: planned,
    file,
    component: 'node-agent',
  };
}

const document: Plan = {
  schemaVersion: 1,
  distro: {
    name: 'harbor',
    version: '1.0.0',
    channel: 'stable',
    vendor: { name: 'Harbor', email: 'release@harbor.example', url: 'https://harbor.example' },
    date: '2026-11-21T00:00:00Z',
    registry: 'registry.harbor.example',
    targets: ['debian12', 'el9'],
    arches: [{ name: 'amd64', tier: 1, path: 'harbor/amd64' }],
    kernel: { version: '1.36.3', path: 'harbor/kernel', components: ['kubelet'] },
    components: [
      {
        name: 'node-agent',
        version: '2.1.0',
        source: 'go:example.com/node-agent@v2.1.0',
        path: 'harbor/node-agent',
        binaries: [],
      },
    ],
    addOns: [
      {
        name: 'dns',
        version: '1.14.2',
        kernels: '>=1.34 <1.37',
        owner: 'team',
        upstream: 'https://dns.example',
        path: 'harbor/dns',
        step: 'manifests dns',
      },
    ],
    drivers: [],
    installers: [],
    tree: { id: 'harbor', path: 'harbor', kind: 'Distro', dependsOn: [], children: [] },
  },
  steps: [
    packageStep('deb'),
    packageStep('rpm'),
    packageStep('deb', { arch: 'arm64' }),
    {
      kind: 'manifests',
      id: 'manifests dns',
      path: 'harbor/dns',
      outputs: ['files'],
      directory: 'manifests/dns',
      objects: [
        {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata: { name: 'dns', namespace: 'kube-system' },
          spec: {
            replicas: 2,
            template: { spec: { containers: [{ name: 'dns', image: 'registry.harbor.example/dns:1' }] } },
          },
        },
        {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name: 'dns', namespace: 'kube-system' },
          data: { zone: 'cluster.local' },
        },
        {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name: 'dns', namespace: 'default' },
          data: { zone: 'other' },
        },
      ],
    },
  ],
};

const plan = new PlanView(document);

/** The message of an assertion that must fail. */
function failure(assertion: () => unknown): string {
  try {
    assertion();
  } catch (error) {
    if (error instanceof AssertionError) return error.message;
    throw error;
  }
  throw new Error('the assertion held');
}

describe('packages', () => {
  test('are found by name, version, architecture and format', () => {
    expect(() => plan.hasPackage('node-agent', { version: '2.1.0-3', arch: 'arm64', format: 'deb' })).not.toThrow();
  });

  test('a wrong name is answered with the nearest', () => {
    expect(failure(() => plan.hasPackage('node-agnet'))).toBe(
      'there is no package node-agnet; did you mean node-agent? (there is: node-agent)',
    );
  });

  test('a package that does not fit is answered with those there are', () => {
    expect(failure(() => plan.hasPackage('node-agent', { arch: 'arm64', format: 'rpm' }))).toBe(
      'no package node-agent has arch arm64, format rpm (there are: node-agent 2.1.0-3 amd64 deb, node-agent 2.1.0-3 amd64 rpm, node-agent 2.1.0-3 arm64 deb)',
    );
  });
});

describe('files', () => {
  test('are found with mode, owner, content and the kind of configuration', () => {
    plan.hasFile('node-agent', '/etc/node-agent.yaml', {
      mode: 0o640,
      group: 'adm',
      content: 'port: 9100\n',
      config: true,
    });
    plan.hasFile('node-agent', '/usr/bin/na', { type: 'symlink', target: 'node-agent' });
    plan.hasFile('node-agent', '/usr/bin/node-agent', { mode: 0o755, config: false });
  });

  test('what the formats add is there too', () => {
    plan.hasFile('node-agent', '/usr/lib/systemd/system/node-agent.service', {
      content: /ExecStart=\/usr\/bin\/node-agent$/m,
    });
    plan.hasFile('node-agent', '/usr/share/licenses/node-agent/copyright', { in: { format: 'rpm' } });
    expect(plan.files('node-agent', { format: 'rpm' }).map((file) => file.path)).toEqual([
      '/etc/node-agent.yaml',
      '/usr/bin/na',
      '/usr/bin/node-agent',
      '/usr/lib/systemd/system/node-agent.service',
      '/usr/share/licenses/node-agent/copyright',
    ]);
  });

  test('every difference is named', () => {
    expect(
      failure(() => plan.hasFile('node-agent', '/etc/node-agent.yaml', { mode: 0o644, owner: 'root', group: 'root' })),
    ).toBe(
      '/etc/node-agent.yaml in node-agent 2.1.0-3 amd64 deb: mode is 0o640, expected 0o644; group is "adm", expected "root"',
    );
  });

  test('a file that must be in every package is missed in the one that lacks it', () => {
    expect(failure(() => plan.hasFile('node-agent', '/usr/share/licenses/node-agent/copyright'))).toContain(
      'there is no file in node-agent 2.1.0-3 amd64 deb: /usr/share/licenses/node-agent/copyright',
    );
  });

  test('the content of what is built is not known yet', () => {
    expect(failure(() => plan.hasFile('node-agent', '/usr/bin/node-agent', { content: 'x' }))).toContain(
      'content is not known before it is built',
    );
  });
});

describe('objects', () => {
  test('match a pattern', () => {
    plan.hasObject({ kind: 'Deployment', name: 'dns' }, { spec: { replicas: 2 } });
    expect(plan.object('ConfigMap', 'dns', 'default').data).toEqual({ zone: 'other' });
  });

  test('say where they do not', () => {
    expect(failure(() => plan.hasObject({ kind: 'Deployment', name: 'dns' }, { spec: { replicas: 3 } }))).toBe(
      'apps/v1 Deployment kube-system/dns: spec.replicas is 2, expected 3',
    );
  });

  test('that are not there are answered with those that are', () => {
    expect(failure(() => plan.object('Deploymnet', 'dns'))).toBe(
      'there is no object of kind Deploymnet; did you mean Deployment? (there are: ConfigMap, Deployment)',
    );
    expect(failure(() => plan.object('Deployment', 'coredns'))).toBe('there is no Deployment coredns (there is: dns)');
  });

  test('a name in two namespaces needs the namespace', () => {
    expect(failure(() => plan.object('ConfigMap', 'dns'))).toBe(
      '2 objects fit {"kind":"ConfigMap","name":"dns"} (there are: v1 ConfigMap default/dns, v1 ConfigMap kube-system/dns)',
    );
  });
});

test('components, add-ons and images are found', () => {
  expect(plan.component('node-agent').source).toBe('go:example.com/node-agent@v2.1.0');
  expect(plan.addOn('dns').kernels).toBe('>=1.34 <1.37');
  expect(plan.images()).toEqual(['registry.harbor.example/dns:1']);
  expect(failure(() => plan.component('kubelet'))).toBe('there is no component kubelet (there is: node-agent)');
});

test('the snapshot says what the distribution is made of', () => {
  expect(plan.snapshot()).toBe(`harbor 1.0.0
components
  node-agent 2.1.0 from go:example.com/node-agent@v2.1.0
packages
  node-agent 2.1.0-3 amd64 deb
  node-agent 2.1.0-3 amd64 rpm
  node-agent 2.1.0-3 arm64 deb
add-ons
  dns 1.14.2 for >=1.34 <1.37
objects
  apps/v1 Deployment kube-system/dns
  v1 ConfigMap default/dns
  v1 ConfigMap kube-system/dns
images
  registry.harbor.example/dns:1
`);
});
