import type { ArchName } from '../model/arch.ts';
import type { Sha256 } from '../model/digest.ts';
import type { PackageFormat } from '../model/target.ts';
import type { DistroAbout } from '../plan/plan-distro.ts';

/** `release.json`: what a release is. Everyone after the build reads this and never the constructs. */
export interface Release {
  readonly schemaVersion: 1;
  readonly distro: DistroAbout;
  /** The kernel's version and the names of its components. */
  readonly kernel: { readonly version: string; readonly components: readonly string[]; readonly path: string };
  readonly arches: readonly { readonly name: ArchName; readonly tier: number; readonly path: string }[];
  readonly components: readonly ReleaseComponent[];
  readonly packages: readonly ReleasePackage[];
  /** The images of the layout `images/`. */
  readonly images: readonly ReleaseImage[];
  readonly addOns: readonly ReleaseAddOn[];
  readonly drivers: readonly {
    readonly name: string;
    readonly kind: string;
    readonly version: string;
    readonly path: string;
  }[];
  readonly installers: readonly {
    readonly name: string;
    readonly kind: string;
    /** Release files, sorted. */
    readonly files: readonly string[];
    readonly path: string;
  }[];
  /** Every file of the release but release.json and SHA256SUMS, sorted by name. */
  readonly files: readonly {
    readonly file: string;
    readonly sha256: Sha256;
    readonly size: number;
    readonly path: string;
  }[];
}

/** A component: what was built, from what, into which binaries. */
export interface ReleaseComponent {
  readonly name: string;
  readonly version: string;
  readonly source: string;
  readonly path: string;
  readonly binaries: readonly {
    readonly arch: ArchName;
    readonly name: string;
    readonly sha256: Sha256;
    readonly size: number;
  }[];
}

/** A package file. */
export interface ReleasePackage {
  readonly name: string;
  /** With release and epoch: `1.36.3-1`. */
  readonly version: string;
  readonly arch: ArchName | 'all';
  readonly format: PackageFormat;
  readonly file: string;
  readonly sha256: Sha256;
  readonly size: number;
  /** The component's name; absent for a package that has none. */
  readonly component?: string;
  readonly path: string;
}

/** An image of every architecture. */
export interface ReleaseImage {
  /** The repository in the distribution's registry, such as `coredns`. */
  readonly name: string;
  readonly tag: string;
  /** Of its index: what manifests name it by. */
  readonly digest: string;
  /** Such as `linux/amd64`. */
  readonly platforms: readonly string[];
  /** The release files that it is made of, sorted; images share those of equal layers. */
  readonly files: readonly string[];
  readonly path: string;
}

/** An add-on. */
export interface ReleaseAddOn {
  readonly name: string;
  readonly version: string;
  readonly kernels: string;
  readonly owner: string;
  readonly upstream: string;
  /** Manifest files in the order they apply. */
  readonly manifests: readonly string[];
  /** Every image reference in the manifests, sorted. */
  readonly images: readonly string[];
  readonly path: string;
}
