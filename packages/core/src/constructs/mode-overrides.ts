import type { LintOverride } from '../model/package-spec.ts';

/**
 * What lintian and rpmlint find in a package with a directory that is not 0755, with the reason why it is so.
 *
 * @param path - the directory's absolute path.
 * @param mode - its permission bits.
 * @param reason - one line.
 */
export function modeOverrides(path: string, mode: number, reason: string): readonly LintOverride[] {
  const tag = 'non-standard-dir-perm';
  const octal = mode.toString(8);
  return [
    { tool: 'lintian', tag, context: `0${octal} != 0755 [${path.slice(1)}/]`, reason },
    { tool: 'rpmlint', tag, context: `${path} ${octal}`, reason },
  ];
}
