import { type App, Arch, type ArchName, Distro, Kernel, kubernetes } from '@distrokit/core';
import { CniPlugins, Containerd, CoreDns, Etcd, Kubeadm, Pause } from '@distrokit/addons';

/** What a variant of Harbor may change. */
export interface HarborProps {
  /** @default amd64 and arm64 */
  readonly arches?: readonly ArchName[];
}

/** A distribution for servers: Kubernetes with containerd and CoreDNS, everything built from source, set up by kubeadm. */
export class Harbor extends Distro {
  constructor(scope: App, id: string, props: HarborProps = {}) {
    super(scope, id, {
      version: '1.0.0',
      channel: 'stable',
      vendor: { name: 'Harbor', email: 'release@harbor.example', url: 'https://harbor.example' },
      registry: 'registry.harbor.example',
      targets: ['debian12', 'el9'],
    });
    for (const arch of props.arches ?? (['amd64', 'arm64'] as const))
      new Arch(this, arch, { tier: arch === 'amd64' ? 1 : 2 });
    new Kernel(this, 'kernel', { version: '1.36.3', source: kubernetes.fromGoModule() });
    new Etcd(this, 'etcd');
    new Pause(this, 'pause');
    new Containerd(this, 'runtime');
    new CniPlugins(this, 'cni');
    new CoreDns(this, 'dns', { replicas: 2 });
    new Kubeadm(this, 'kubeadm');
  }
}
