/** Breaks a text at its spaces into lines of at most `width` characters; a longer word stands on a line of its own. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter((part) => part !== '')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

/**
 * Fills the paragraphs of a text to `width` columns. Empty lines and lines that start with a space are kept as they
 * are; the end is trimmed.
 */
export function fill(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let paragraph: string[] = [];
  const flush = (): void => {
    if (paragraph.length > 0) lines.push(...wrap(paragraph.join(' '), width));
    paragraph = [];
  };
  for (const line of text.trimEnd().split('\n')) {
    if (line.trim() !== '' && !line.startsWith(' ')) {
      paragraph.push(line);
      continue;
    }
    flush();
    lines.push(line.trimEnd());
  }
  flush();
  return lines;
}
