import { Distro } from '@distrokit/core';
import type { Construct } from 'constructs';

/** What `kubeadm` of a Kubernetes minor expects beside the kernel, from its `cmd/kubeadm/app/constants`. */
export interface KernelCompanions {
  readonly etcd: string;
  readonly coreDns: string;
  readonly pause: string;
}

/** The companions by Kubernetes minor; a test compares the table with the constants of the kernel's own module. */
export const KERNEL_COMPANIONS: Readonly<Record<string, KernelCompanions>> = {
  '1.36': { etcd: '3.6.8', coreDns: '1.14.2', pause: '3.10.2' },
};

const NEWEST = '1.36';

/** The companions for the kernel of the distribution that a construct is in; of the newest known minor before there is one. */
export function companionsOf(scope: Construct): KernelCompanions {
  const minor = Distro.tryOf(scope)?.tryKernel?.minor ?? NEWEST;
  return KERNEL_COMPANIONS[minor] ?? (KERNEL_COMPANIONS[NEWEST] as KernelCompanions);
}
