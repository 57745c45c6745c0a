import { z } from 'zod';
import type { TreeNode } from '../model/tree-node.ts';
import { text } from './schema-parts.ts';

/** The schema of `tree.json`: the construct tree of a distribution. */
export const treeSchema: z.ZodType<TreeNode> = z.strictObject({
  id: z.string(),
  path: text,
  kind: text,
  dependsOn: z.array(text),
  get children() {
    return z.array(treeSchema);
  },
});
