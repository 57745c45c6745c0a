/** A CPU architecture by its Go (and Kubernetes) name. */
export type ArchName = 'amd64' | 'arm64' | 'ppc64le' | 's390x';

/** How one architecture is called by each of the tools that a release is read with. */
export interface ArchNames {
  /** Debian's name, as in `kubelet_1.36.3-1_ppc64el.deb`. */
  readonly deb: string;
  /** rpm's name, as in `kubelet-1.36.3-1.x86_64.rpm`. */
  readonly rpm: string;
  /** The multiarch triplet of Debian libraries, as in `/usr/lib/x86_64-linux-gnu`. */
  readonly triplet: string;
  /** The CPU part of a Zig (LLVM) target. */
  readonly zig: string;
}

/** Every supported architecture. */
export const ARCHES: Readonly<Record<ArchName, ArchNames>> = {
  amd64: { deb: 'amd64', rpm: 'x86_64', triplet: 'x86_64-linux-gnu', zig: 'x86_64' },
  arm64: { deb: 'arm64', rpm: 'aarch64', triplet: 'aarch64-linux-gnu', zig: 'aarch64' },
  ppc64le: { deb: 'ppc64el', rpm: 'ppc64le', triplet: 'powerpc64le-linux-gnu', zig: 'powerpc64le' },
  s390x: { deb: 's390x', rpm: 's390x', triplet: 's390x-linux-gnu', zig: 's390x' },
};

/** The architecture names in a fixed order. */
export const ARCH_NAMES: readonly ArchName[] = ['amd64', 'arm64', 'ppc64le', 's390x'];

/** The architecture that Node calls `process.arch`; undefined for one that distrokit does not support. */
export function tryArchOfNode(nodeArch: string): ArchName | undefined {
  const names: Readonly<Record<string, ArchName>> = { x64: 'amd64', arm64: 'arm64', ppc64: 'ppc64le', s390x: 's390x' };
  return names[nodeArch];
}
