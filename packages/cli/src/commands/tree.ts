import { readTree, type TreeNode } from '@distrokit/core/toolkit';
import { resolve } from 'node:path';
import type { CommandContext } from '../context.ts';
import { printJson } from '../print-json.ts';
import type { Style } from '../terminal/style.ts';

/** `distrokit tree [RELEASE]`: the constructs that made a release. */
export async function run(context: CommandContext, [dir = 'dist']: readonly string[]): Promise<number> {
  const tree = await readTree(resolve(context.io.cwd, dir));
  if (context.json) printJson(context.io.stdout, tree);
  else context.io.stdout.write(renderTree(tree, context.out));
  return 0;
}

/** A tree of constructs with lines that lead to each, its class beside it. */
export function renderTree(root: TreeNode, style: Style): string {
  return [label(root, style), ...branches(root, '', style)].map((line) => `${line}\n`).join('');
}

function branches({ children }: TreeNode, lead: string, style: Style): readonly string[] {
  return children.flatMap((child, index) => {
    const last = index === children.length - 1;
    const line = `${lead}${last ? '└─' : '├─'} ${label(child, style)}`;
    return [line, ...branches(child, `${lead}${last ? '   ' : '│  '}`, style)];
  });
}

function label({ id, kind }: TreeNode, style: Style): string {
  return `${style.bold(id === '' ? 'app' : id)} ${style.dim(kind)}`;
}
