import type { IConstruct } from 'constructs';
import { compareText } from '../model/json.ts';
import type { TreeNode } from '../model/tree-node.ts';
import { Element } from './element.ts';

/** The tree below a construct as data, for `tree.json`. */
export function treeOf(construct: IConstruct): TreeNode {
  const { id, path, children, dependencies } = construct.node;
  return {
    id,
    path,
    kind: Element.isElement(construct) ? construct.kind : construct.constructor.name,
    dependsOn: dependencies.map((dependency) => dependency.node.path).sort(compareText),
    children: children.map(treeOf),
  };
}
