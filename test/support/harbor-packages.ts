/** Harbor's packages of either family, sorted. */
export const HARBOR_PACKAGES: readonly string[] = [
  'containerd',
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-proxy',
  'kube-scheduler',
  'kubeadm',
  'kubectl',
  'kubelet',
  'kubernetes-cni',
  'runc',
];

/** Commands of Harbor's programs, each with what it prints of its version. */
export const VERSION_COMMANDS: readonly (readonly [command: string, version: string])[] = [
  ['kubelet --version', 'Kubernetes v1.36.3\n'],
  ['kube-apiserver --version', 'Kubernetes v1.36.3\n'],
  ['kube-controller-manager --version', 'Kubernetes v1.36.3\n'],
  ['kube-proxy --version', 'Kubernetes v1.36.3\n'],
  ['kube-scheduler --version', 'Kubernetes v1.36.3\n'],
  ['kubeadm version --output short', 'v1.36.3\n'],
  ['kubectl version --client', 'Client Version: v1.36.3\n'],
  ['containerd --version', 'containerd github.com/containerd/containerd/v2 v2.4.2'],
  ['containerd-shim-runc-v2 -v', 'Version:  v2.4.2\n'],
  ['ctr --version', 'ctr github.com/containerd/containerd/v2 v2.4.2'],
  ['runc --version', 'runc version 1.5.2\n'],
  ['etcd --version', 'etcd Version: 3.6.8\n'],
  ['etcdctl version', 'etcdctl version: 3.6.8\n'],
  ['etcdutl version', 'etcdutl version: 3.6.8\n'],
  ['/opt/cni/bin/bridge --version', 'CNI bridge plugin v1.9.1\n'],
];
