import type { LintOverride } from '../model/package-spec.ts';

const STATIC = 'Go links its programs statically; a rebuild follows every security fix of a module';
const MANUAL = 'upstream ships no manual page; --help documents every flag';
const DOCS = 'upstream publishes its documentation on the web';

/** How the programs of a {@link goOverrides} were built. */
export interface GoOverridesOptions {
  /** Programs that use cgo with glibc are linked dynamically. @default 'statically' */
  readonly linked?: 'statically' | 'dynamically';
}

/**
 * What lintian and rpmlint find in every package of Go programs, with the reason why it is so.
 *
 * @param paths - the absolute paths of the programs.
 */
export function goOverrides(
  paths: readonly string[],
  { linked = 'statically' }: GoOverridesOptions = {},
): readonly LintOverride[] {
  const commands = paths.filter((path) => /^\/usr\/s?bin\//.test(path));
  const statics = linked === 'statically' ? paths : [];
  return [
    ...statics.map((path) => lintian('statically-linked-binary', path, STATIC)),
    ...commands.map((path) => lintian('no-manual-page', path, MANUAL)),
    ...statics.map((path) => rpmlint('statically-linked-binary', STATIC, path)),
    ...(commands.length === 0 ? [] : [rpmlint('no-manual-page-for-binary', MANUAL)]),
    rpmlint('no-documentation', DOCS),
  ];
}

function lintian(tag: string, path: string, reason: string): LintOverride {
  return { tool: 'lintian', tag, context: `[${path.slice(1)}]`, reason };
}

function rpmlint(tag: string, reason: string, context?: string): LintOverride {
  return { tool: 'rpmlint', tag, ...(context === undefined ? {} : { context }), reason };
}
