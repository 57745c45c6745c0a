import { Component, directory, goModule, goOverrides, Package } from '@distrokit/core';
import type { Construct } from 'constructs';

/** Settings of {@link CniPlugins}. */
export interface CniPluginsProps {
  /** @default the newest in the versions table */
  readonly version?: string;
  /** Our part of the package version. @default '1' */
  readonly release?: string;
}

const NEWEST = '1.9.1';

/** The plugins of `containernetworking/plugins` for Linux by the directory they are in. */
const PLUGINS: Readonly<Record<string, readonly string[]>> = {
  ipam: ['dhcp', 'host-local', 'static'],
  main: ['bridge', 'dummy', 'host-device', 'ipvlan', 'loopback', 'macvlan', 'ptp', 'tap', 'vlan'],
  meta: ['bandwidth', 'firewall', 'portmap', 'sbr', 'tuning', 'vrf'],
};

/** The reference CNI plugins, packaged as `kubernetes-cni` like the project's official package. */
export class CniPlugins extends Component {
  constructor(scope: Construct, id: string, props: CniPluginsProps = {}) {
    const version = props.version ?? NEWEST;
    super(scope, id, {
      name: 'cni-plugins',
      version,
      source: goModule('github.com/containernetworking/plugins', {
        commands: Object.entries(PLUGINS).flatMap(([group, names]) =>
          names.map((name) => `./plugins/${group}/${name}`),
        ),
        variables: { 'github.com/containernetworking/plugins/pkg/utils/buildversion.BuildVersion': 'v{version}' },
      }),
      summary: 'Container Network Interface plugins',
      homepage: 'https://www.cni.dev',
    });
    const names = Object.values(PLUGINS).flat();
    const installed = names.map((name) => `/opt/cni/bin/${name}`);
    new Package(this, 'package', {
      component: this,
      ...(props.release === undefined ? {} : { release: props.release }),
      name: 'kubernetes-cni',
      description: 'Connects the network interfaces of containers: bridges, address management, port mapping.',
      section: 'net',
      binaries: '/opt/cni/bin',
      files: { '/etc/cni/net.d': directory() },
      overrides: [
        ...goOverrides(installed),
        { tool: 'lintian', tag: 'dir-or-file-in-opt', reason: 'container runtimes look for plugins in /opt/cni/bin' },
        { tool: 'rpmlint', tag: 'dir-or-file-in-opt', reason: 'container runtimes look for plugins in /opt/cni/bin' },
        { tool: 'rpmlint', tag: 'no-dependency-on', context: 'locales-cni', reason: 'cni is no language here' },
      ],
    });
  }
}
