/** Drivers, add-ons, components and installers to build a distribution from. */
export { CniPlugins, type CniPluginsProps } from './cni-plugins/cni-plugins.ts';
export { Containerd, type ContainerdProps } from './containerd/containerd.ts';
export { Runc, type RuncProps } from './containerd/runc.ts';
export { CoreDns, type CoreDnsProps, type CoreDnsResources, type CoreDnsToleration } from './coredns/coredns.ts';
export { CORE_DNS_VERSIONS } from './coredns/versions.ts';
export { Etcd, type EtcdProps } from './etcd/etcd.ts';
export { KERNEL_COMPANIONS, companionsOf, type KernelCompanions } from './kernel-versions.ts';
export { KubeProxy, type KubeProxyProps } from './kube-proxy/kube-proxy.ts';
export { KubeProxyImage, type KubeProxyImageProps } from './kube-proxy/kube-proxy-image.ts';
export { Kubeadm, type KubeadmProps } from './kubeadm/kubeadm.ts';
export { Pause, type PauseProps } from './pause/pause.ts';
