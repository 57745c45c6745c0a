/** A construct in `tree.json`. */
export interface TreeNode {
  readonly id: string;
  readonly path: string;
  /** The construct's class name. */
  readonly kind: string;
  /** Paths of the constructs that it depends on, sorted. */
  readonly dependsOn: readonly string[];
  readonly children: readonly TreeNode[];
}
