import { type App, Arch, type ArchName, Distro, Kernel, kubernetes, type TargetName } from '@distrokit/core';
import { CniPlugins, Containerd, CoreDns, Etcd, Kubeadm, KubeProxyImage, Pause } from '@distrokit/addons';

/** What a variant of Harbor may change. */
export interface HarborProps {
  /** @default amd64 and arm64 */
  readonly arches?: readonly ArchName[];
  /** @default Debian 12 and EL 9 */
  readonly targets?: readonly TargetName[];
  /** Our part of every package's version. @default '1' */
  readonly release?: string;
  /** How nodes manage cgroups: `cgroupfs` where systemd does not run them. @default 'systemd' */
  readonly cgroupDriver?: 'systemd' | 'cgroupfs';
}

/** A distribution for servers: Kubernetes with containerd and CoreDNS, everything built from source, set up by kubeadm. */
export class Harbor extends Distro {
  constructor(scope: App, id: string, props: HarborProps = {}) {
    const { arches = ['amd64', 'arm64'], targets = ['debian12', 'el9'], release = '1' } = props;
    const { cgroupDriver = 'systemd' } = props;
    super(scope, id, {
      version: '1.0.0',
      channel: 'stable',
      vendor: { name: 'Harbor', email: 'release@harbor.example', url: 'https://harbor.example' },
      registry: 'registry.harbor.example',
      targets,
    });
    for (const arch of arches) new Arch(this, arch, { tier: arch === 'amd64' ? 1 : 2 });
    new Kernel(this, 'kernel', { version: '1.36.3', source: kubernetes.fromGoModule(), release });
    new KubeProxyImage(this, 'proxy');
    new Etcd(this, 'etcd', { release });
    new Pause(this, 'pause');
    new Containerd(this, 'runtime', { cgroupDriver, release });
    new CniPlugins(this, 'cni', { release });
    new CoreDns(this, 'dns', { replicas: 2 });
    new Kubeadm(this, 'kubeadm', { kubelet: { cgroupDriver } });
  }
}
