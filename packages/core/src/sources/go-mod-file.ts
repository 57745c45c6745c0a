import { compareText } from '../model/json.ts';

/** What `go mod edit -json` prints of a go.mod, as far as it matters here. */
export interface GoModFile {
  readonly Go?: string;
  readonly Godebug?: readonly { readonly Key: string; readonly Value: string }[] | null;
  readonly Require?: readonly { readonly Path: string; readonly Version: string }[] | null;
  readonly Exclude?: readonly { readonly Path: string; readonly Version: string }[] | null;
  readonly Replace?: readonly GoReplace[] | null;
}

/** One `replace` directive. A replacement without a version is a directory. */
export interface GoReplace {
  readonly Old: { readonly Path: string; readonly Version?: string };
  readonly New: { readonly Path: string; readonly Version?: string };
}

/** A module that a build starts from, with its own go.mod. */
export interface RootModule {
  readonly path: string;
  readonly version: string;
  readonly file: GoModFile;
}

/**
 * The text of a go.mod that builds commands of `roots` as their own go.mod would: Go ignores `replace`, `exclude` and
 * `godebug` directives of a dependency, so they are carried over. `go mod tidy` adds the rest.
 *
 * @see https://go.dev/ref/mod#go-mod-file
 */
export function composeGoMod(roots: readonly RootModule[], replaces: 'staging' | 'same'): string {
  const rootPaths = new Set(roots.map(({ path }) => path));
  const directives = new Set<string>();
  for (const root of roots) {
    for (const { Key, Value } of root.file.Godebug ?? []) directives.add(`godebug ${Key}=${Value}`);
    for (const { Path, Version } of root.file.Exclude ?? []) directives.add(`exclude ${Path} ${Version}`);
    for (const directive of replacesOf(root, rootPaths, replaces)) directives.add(directive);
  }
  const requires = roots.map(({ path, version }) => `require ${path} ${version}`);
  const lines = [`module ${SET_MODULE}`, '', `go ${newestGo(roots)}`, '', ...requires, ...[...directives].sort()];
  return `${lines.join('\n')}\n`;
}

/** The path of the module that a module set is: never published, never imported. */
export const SET_MODULE = 'module-set.invalid';

function replacesOf(root: RootModule, rootPaths: ReadonlySet<string>, rule: 'staging' | 'same'): string[] {
  const required = new Set((root.file.Require ?? []).map(({ Path }) => Path));
  return (root.file.Replace ?? []).flatMap(({ Old, New }) => {
    if (rootPaths.has(Old.Path)) return [];
    const old = Old.Version === undefined ? Old.Path : `${Old.Path} ${Old.Version}`;
    if (New.Version !== undefined) return [`replace ${old} => ${New.Path} ${New.Version}`];
    // A directory that nothing requires is a guard of the repository's own, not a module that was published.
    if (!required.has(Old.Path)) return [];
    return [`replace ${old} => ${Old.Path} ${publishedVersion(root.version, rule)}`];
  });
}

/** The version that a module beside the root one, in the same repository, was published with. */
function publishedVersion(version: string, rule: 'staging' | 'same'): string {
  return rule === 'staging' ? version.replace(/^v[0-9]+\./u, 'v0.') : version;
}

function newestGo(roots: readonly RootModule[]): string {
  const versions = roots.map(({ file }) => file.Go ?? '1.16');
  return versions.reduce((newest, version) => (compareGo(newest, version) < 0 ? version : newest));
}

/** Compares Go versions such as `1.26`, `1.26rc1` and `1.26.8` by their numbers. */
function compareGo(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split(/[^0-9]+/u).map(Number));
  for (let index = 0; index < 3; index += 1) {
    const difference = (left?.[index] ?? 0) - (right?.[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return compareText(a, b);
}
