import type { LintOverride } from '../model/package-spec.ts';

const STATIC = 'Go links its programs statically; a rebuild follows every security fix of a module';
const MANUAL = 'upstream ships no manual page; --help documents every flag';
const DOCS = 'upstream publishes its documentation on the web';

/**
 * What lintian and rpmlint find in every package of Go programs, with the reason why it is so.
 *
 * @param paths - the absolute paths of the programs.
 */
export function goOverrides(paths: readonly string[]): readonly LintOverride[] {
  const deb = paths.flatMap((path): readonly LintOverride[] => {
    const context = `[${path.slice(1)}]`;
    const manual: LintOverride = { tool: 'lintian', tag: 'no-manual-page', context, reason: MANUAL };
    return [
      { tool: 'lintian', tag: 'statically-linked-binary', context, reason: STATIC },
      ...(/^\/usr\/s?bin\//.test(path) ? [manual] : []),
    ];
  });
  return [
    ...deb,
    { tool: 'rpmlint', tag: 'statically-linked-binary', reason: STATIC },
    { tool: 'rpmlint', tag: 'no-manual-page-for-binary', reason: MANUAL },
    { tool: 'rpmlint', tag: 'no-documentation', reason: DOCS },
  ];
}
