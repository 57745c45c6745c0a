/** A block of code in a page. */
export interface FencedBlock {
  /** What follows the opening fence, such as `ts` or `json lock`. */
  readonly info: string;
  readonly text: string;
  /** The line of the opening fence, from 1. */
  readonly line: number;
}

/** The fenced code blocks of a Markdown page in order; only those with this info string, when one is given. */
export function fencedBlocks(markdown: string, info?: string): readonly FencedBlock[] {
  const blocks: FencedBlock[] = [];
  let open: { info: string; line: number; lines: string[] } | undefined;
  for (const [index, line] of markdown.split('\n').entries()) {
    if (open === undefined) {
      if (line.startsWith('```')) open = { info: line.slice(3).trim(), line: index + 1, lines: [] };
    } else if (line.startsWith('```')) {
      blocks.push({ info: open.info, line: open.line, text: open.lines.map((each) => `${each}\n`).join('') });
      open = undefined;
    } else {
      open.lines.push(line);
    }
  }
  return info === undefined ? blocks : blocks.filter((block) => block.info === info);
}
