/**
 * The changes of a patch without the signature that `git format-patch` ends each mail with: `-- ` and a version look like
 * a removed line, unless the lines of the hunk before are counted.
 */
export function withoutSignatures(patch: string): string {
  const kept: string[] = [];
  let left = { old: 0, new: 0 };
  let inSignature = false;
  for (const line of patch.split('\n')) {
    const inHunk = left.old > 0 || left.new > 0;
    const header = inHunk ? null : /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/u.exec(line);
    if (header !== null) left = { old: Number(header[1] ?? 1), new: Number(header[2] ?? 1) };
    else if (inHunk) left = afterLine(left, line);
    inSignature = !inHunk && header === null && (line === '-- ' || (inSignature && !startsChange(line)));
    if (!inSignature) kept.push(line);
  }
  return kept.join('\n');
}

/** What is left of a hunk after one of its lines. */
function afterLine(left: { readonly old: number; readonly new: number }, line: string): typeof left {
  if (line.startsWith('-')) return { ...left, old: left.old - 1 };
  if (line.startsWith('+')) return { ...left, new: left.new - 1 };
  return line.startsWith('\\') ? left : { old: left.old - 1, new: left.new - 1 };
}

/** The next mail, or the next file of a patch that was put together by hand. */
function startsChange(line: string): boolean {
  return /^(From |diff |--- \S|Index: )/u.test(line);
}
