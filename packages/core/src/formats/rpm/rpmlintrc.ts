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
      // A finding is `kubelet.x86_64: E: tag context`; without its ends, a path would match those that begin with it.
      const found = context === undefined ? escaped(tag) : `${escaped(tag)} (.* )?${escaped(context)}`;
      return `${comment.join('')}addFilter(r": ${found}( |$)")\n`;
    })
    .join('\n');
}

/** rpmlint takes a regular expression, everything between the first quote and the last as it stands. */
function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`).replaceAll('"', String.raw`\x22`);
}
