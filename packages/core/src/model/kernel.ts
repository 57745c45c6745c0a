import type { Source } from './source.ts';

/** The binaries that make a kernel, in the order of their names. */
export const KERNEL_COMPONENTS = [
  'kube-apiserver',
  'kube-controller-manager',
  'kube-proxy',
  'kube-scheduler',
  'kubeadm',
  'kubectl',
  'kubelet',
] as const;

/** The name of a kernel binary. */
export type KernelComponentName = (typeof KERNEL_COMPONENTS)[number];

/** Where each binary of a kernel version comes from. */
export type KernelSource = (component: KernelComponentName, version: string) => Source;
