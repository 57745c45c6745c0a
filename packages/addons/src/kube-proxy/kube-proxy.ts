import { AddOn, Distro } from '@distrokit/core';
import type { Construct } from 'constructs';
import { z } from 'zod';
import { KubeProxyImage } from './kube-proxy-image.ts';
import { kubeProxyObjects } from './objects.ts';

/** Settings of {@link KubeProxy}. */
export interface KubeProxyProps {
  /** `host:port` of the API server, as every node reaches it. */
  readonly controlPlaneEndpoint: string;
  /** How it routes. @default 'iptables' */
  readonly mode?: 'iptables' | 'nftables' | 'ipvs';
  /** The pods' subnets, so that traffic from outside is told apart: one, or one of IPv4 and one of IPv6. */
  readonly clusterCidr?: string;
  /** The Debian suite of the programs in its image. @default 'bookworm' */
  readonly suite?: string;
}

const schema: z.ZodType<KubeProxyProps> = z.strictObject({
  controlPlaneEndpoint: z
    .string()
    .regex(/^(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\]):\d{1,5}$/, 'must be host:port such as control-plane.example:6443'),
  mode: z.enum(['iptables', 'nftables', 'ipvs']).exactOptional(),
  clusterCidr: z
    .string()
    .regex(/^[0-9A-Fa-f.:]+\/\d{1,3}(?:,[0-9A-Fa-f.:]+\/\d{1,3})?$/, 'must be one or two subnets')
    .exactOptional(),
  suite: z.string().exactOptional(),
});

/**
 * kube-proxy of the distribution's kernel as an add-on, with its image by digest. Clusters that kubeadm sets up can have
 * kubeadm's own instead, which knows the address of the API server by itself but names the image by its tag.
 */
export class KubeProxy extends AddOn {
  readonly props: KubeProxyProps;

  constructor(scope: Construct, id: string, props: KubeProxyProps) {
    const { kernel } = Distro.of(scope);
    const [major, minor] = kernel.version.split('.').map(Number);
    super(scope, id, {
      version: kernel.version,
      kernels: `>=${major}.${minor}.0-0 <${major}.${(minor ?? 0) + 1}.0-0`,
      owner: 'distrokit',
      upstream: 'https://kubernetes.io',
    });
    this.props = this.checkProps(schema, props);
    if (this.propProblems.length > 0) return;
    const { suite, mode = 'iptables', controlPlaneEndpoint, clusterCidr } = props;
    const image = new KubeProxyImage(this, 'image', suite === undefined ? {} : { suite });
    this.manifest(...kubeProxyObjects({ image: image.reference, mode, controlPlaneEndpoint, clusterCidr }));
  }
}
