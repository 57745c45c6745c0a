import type { Advisory } from '../model/advisory.ts';
import type { ArchName } from '../model/arch.ts';
import type { ContentRef } from '../model/package-spec.ts';
import type { TreeNode } from '../model/tree-node.ts';

/** What plan and release say of the distribution itself. */
export interface DistroAbout {
  readonly name: string;
  readonly version: string;
  readonly channel: string;
  readonly vendor: { readonly name: string; readonly email: string; readonly url: string };
  /** The release date, `2026-11-21T00:00:00Z`. */
  readonly date: string;
  readonly registry: string;
  readonly targets: readonly string[];
  /** What this release mends; absent when nobody said. */
  readonly advisories?: readonly Advisory[];
}

/** What the release says of the distribution as a whole; everything in `release.json` that no step makes. */
export interface PlanDistro extends DistroAbout {
  readonly arches: readonly { readonly name: ArchName; readonly tier: number; readonly path: string }[];
  readonly kernel: { readonly version: string; readonly path: string; readonly components: readonly string[] };
  readonly components: readonly PlanComponent[];
  readonly addOns: readonly PlanAddOn[];
  readonly drivers: readonly {
    readonly name: string;
    readonly kind: string;
    readonly version: string;
    readonly path: string;
  }[];
  readonly installers: readonly {
    readonly name: string;
    readonly kind: string;
    readonly path: string;
    readonly step: string;
  }[];
  /** The construct tree, for `tree.json`. */
  readonly tree: TreeNode;
}

/** A component and where its binaries are made. */
export interface PlanComponent {
  readonly name: string;
  readonly version: string;
  /** The source in one line, such as `go:k8s.io/kubernetes@v1.36.3`. */
  readonly source: string;
  readonly path: string;
  readonly binaries: readonly { readonly arch: ArchName; readonly name: string; readonly ref: ContentRef }[];
}

/** An add-on and the step that renders its manifests; `step` is absent for one that has none. */
export interface PlanAddOn {
  readonly name: string;
  readonly version: string;
  /** The semver range of kernels it supports. */
  readonly kernels: string;
  readonly owner: string;
  readonly upstream: string;
  readonly path: string;
  readonly step?: string;
}
