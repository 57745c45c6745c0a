import type { LintOverride } from '../../model/package-spec.ts';

/**
 * The accepted findings of a package as a file for `rpmlint --rpmlintrc`, each below the reason why it is accepted. An
 * rpm cannot hold it, unlike a deb.
 */
export function rpmlintrc(overrides: readonly LintOverride[]): string {
  return overrides
    .filter(({ tool }) => tool === 'rpmlint')
    .map(({ tag, context, reason }) => {
      const comment = reason.split('\n').map((line) => `# ${line}\n`);
      const pattern = context === undefined ? escaped(tag) : `${escaped(tag)} .*${escaped(context)}`;
      return `${comment.join('')}addFilter(${JSON.stringify(pattern)})\n`;
    })
    .join('\n');
}

/** rpmlint takes a regular expression. */
function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}
