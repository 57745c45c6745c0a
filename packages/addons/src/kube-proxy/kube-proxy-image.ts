import { debian, Distro, Image, type ImageProps } from '@distrokit/core';
import type { Construct } from 'constructs';

/** Settings of a {@link KubeProxyImage}. */
export interface KubeProxyImageProps {
  /** The Debian suite of the programs that kube-proxy runs. @default 'bookworm' */
  readonly suite?: string;
}

/** What kube-proxy runs on a node: iptables and nftables for its rules, conntrack and kmod for what they need. */
const PROGRAMS = ['conntrack', 'iptables', 'kmod', 'nftables'];

/** Debian's update-alternatives would make these links when the package is installed; the nft variant is its choice. */
const ALTERNATIVES = ['iptables', 'ip6tables'].flatMap((name) => [name, `${name}-save`, `${name}-restore`]);

/** kube-proxy of the distribution's kernel with the programs that it runs, as kubeadm expects its image to be called. */
export class KubeProxyImage extends Image {
  constructor(scope: Construct, id: string, { suite = 'bookworm' }: KubeProxyImageProps = {}) {
    const { kernel } = Distro.of(scope);
    const props: ImageProps = {
      name: 'kube-proxy',
      tag: `v${kernel.version}`,
      // Where the DaemonSet of kubeadm starts it.
      layers: [
        { component: kernel.component('kube-proxy'), binaries: '/usr/local/bin' },
        ...PROGRAMS.map((name) => debian(name, { suite })),
      ],
      links: Object.fromEntries(ALTERNATIVES.map((name) => [`/usr/sbin/${name}`, 'xtables-nft-multi'])),
      // It changes the rules of the node.
      user: 0,
    };
    super(scope, id, props);
  }
}
