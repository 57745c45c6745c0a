import { type PlanView, planOf } from '@distrokit/core/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import app from './distro.ts';

// The layout of the project's own packages: kubernetes/release, cmd/krel/templates/latest.

const UNITS = '/usr/lib/systemd/system';
const PLUGINS: readonly string[] = [
  'bandwidth',
  'bridge',
  'dhcp',
  'dummy',
  'firewall',
  'host-device',
  'host-local',
  'ipvlan',
  'loopback',
  'macvlan',
  'portmap',
  'ptp',
  'sbr',
  'static',
  'tap',
  'tuning',
  'vlan',
  'vrf',
];

let plan: PlanView;
beforeAll(async () => {
  plan = await planOf(app, { appDir: import.meta.dirname });
});

describe.each(['amd64', 'arm64'] as const)('on %s', (arch) => {
  describe.each([
    { format: 'deb', environment: '/etc/default/kubelet' },
    { format: 'rpm', environment: '/etc/sysconfig/kubelet' },
  ] as const)('a $format', ({ format, environment }) => {
    const query = { arch, format };

    /** Every path with its mode and owner, sorted; without what only a family or a linter asks for. */
    const layout = (name: string): readonly string[] =>
      plan
        .files(name, query)
        .filter(({ path }) => !/^\/usr\/share\/(?:doc|licenses|lintian)\//.test(path))
        .map(({ path, mode, owner, group, config }) => {
          const octal = mode.toString(8).padStart(4, '0');
          return `${path} ${octal} ${owner}:${group}${config ? ' configuration' : ''}`;
        });

    const spec = (name: string): PlanView['packages'][number]['spec'] => {
      const found = plan.packages.find((made) => made.name === name && made.arch === arch && made.format === format);
      if (found === undefined) throw new Error(`no ${format} ${name} for ${arch}`);
      return found.spec;
    };

    test('of the kubelet', () => {
      expect(layout('kubelet')).toEqual(
        [
          `${environment} 0644 root:root configuration`,
          '/etc/kubernetes/manifests 0755 root:root',
          '/usr/bin/kubelet 0755 root:root',
          `${UNITS}/kubelet.service 0644 root:root`,
          '/var/lib/kubelet 0750 root:root',
        ].sort(),
      );
      plan.hasFile('kubelet', environment, { content: 'KUBELET_EXTRA_ARGS=\n', in: query });
      plan.hasFile('kubelet', `${UNITS}/kubelet.service`, {
        content: /^ExecStart=\/usr\/bin\/kubelet\nRestart=always\nStartLimitInterval=0\nRestartSec=10$/m,
        in: query,
      });
      expect(spec('kubelet').relations).toEqual({
        depends:
          format === 'deb'
            ? ['iptables (>= 1.4.21)', 'kubernetes-cni (>= 1.2.0)', 'mount', 'util-linux']
            : ['iptables >= 1.4.21', 'kubernetes-cni >= 1.2.0', 'util-linux'],
      });
      // It restarts until kubeadm has written its configuration; nothing starts it before.
      expect(spec('kubelet').units).toMatchObject([{ name: 'kubelet.service', enable: true, start: false }]);
    });

    test('of kubeadm', () => {
      const dropIn = `${UNITS}/kubelet.service.d/10-kubeadm.conf`;
      expect(layout('kubeadm')).toEqual(['/usr/bin/kubeadm 0755 root:root', `${dropIn} 0644 root:root`]);
      expect(spec('kubeadm').relations).toEqual({});
      const files = ['/var/lib/kubelet/kubeadm-flags.env', environment];
      const read = files.map((file) => `EnvironmentFile=-${file}`);
      const { content = '' } = plan.files('kubeadm', query).find(({ path }) => path === dropIn) ?? {};
      expect(content.split('\n').filter((line) => line.startsWith('EnvironmentFile='))).toEqual(read);
      expect(content).toContain(
        '\nExecStart=\nExecStart=/usr/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS\n',
      );
    });

    test('of kubectl', () => {
      expect(layout('kubectl')).toEqual(['/usr/bin/kubectl 0755 root:root']);
      expect(spec('kubectl').relations).toEqual({});
    });

    test('of the CNI plugins', () => {
      expect(layout('kubernetes-cni')).toEqual([
        '/etc/cni/net.d 0755 root:root',
        ...PLUGINS.map((name) => `/opt/cni/bin/${name} 0755 root:root`),
      ]);
      expect(spec('kubernetes-cni').relations).toEqual({});
    });
  });
});

test('the version is the official one but for our revision, and names the architecture as each family does', () => {
  expect(plan.packages.filter(({ name }) => name === 'kubelet').map(({ file }) => file)).toEqual([
    'packages/amd64/kubelet_1.36.3-1_amd64.deb',
    'packages/amd64/kubelet-1.36.3-1.x86_64.rpm',
    'packages/arm64/kubelet_1.36.3-1_arm64.deb',
    'packages/arm64/kubelet-1.36.3-1.aarch64.rpm',
  ]);
});
