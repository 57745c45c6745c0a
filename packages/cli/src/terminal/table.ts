import { displayWidth } from './width.ts';

/** Rows as aligned columns, two spaces between them, one line a row; nothing for no rows. Cells may hold colour. */
export function renderTable(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, displayWidth(cell));
  }
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, column) => pad(cell, widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

function pad(cell: string, width: number): string {
  return cell + ' '.repeat(width - displayWidth(cell));
}

/** A text with two spaces before each of its lines. */
export function indentLines(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '  ');
}
