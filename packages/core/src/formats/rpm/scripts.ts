import type { PackageScripts, PackageSpec } from '../../model/package-spec.ts';
import { sysusersPath, tmpfilesPath } from '../layout.ts';
import { string } from './header.ts';
import type { TagValue } from './header.ts';
import { shellWord } from '../shell.ts';
import { parseSysusers } from '../sysusers.ts';
import { sysusersPreInstall } from './sysusers-script.ts';
import { unitsPostInstall, unitsPostRemove, unitsPreRemove } from './systemd-scripts.ts';
import { TAG } from './tags.ts';

/** A maintainer script. rpm calls each with the number of versions that will be installed afterwards. */
export type ScriptKind = keyof PackageScripts;

/** The scripts that a package has; never one that does nothing. */
export type RpmScripts = Readonly<Partial<Record<ScriptKind, string>>>;

/** The tags of each script's text and of the program that runs it. */
export const SCRIPT_TAGS: Readonly<Record<ScriptKind, { readonly body: number; readonly program: number }>> = {
  preInstall: { body: TAG.preIn, program: TAG.preInProg },
  postInstall: { body: TAG.postIn, program: TAG.postInProg },
  preRemove: { body: TAG.preUn, program: TAG.preUnProg },
  postRemove: { body: TAG.postUn, program: TAG.postUnProg },
};

/** What runs every script. */
export const SCRIPT_PROGRAM = '/bin/sh';

/**
 * The scripts of a package: its own, and what its accounts, temporary files and units need. On an upgrade rpm runs the new
 * package's post-install before the old one's post-remove, so everything generated looks at `$1`.
 */
export function scriptsOf(spec: PackageSpec<unknown>): RpmScripts {
  const { preInstall, postInstall, preRemove, postRemove } = spec.scripts;
  const scripts = {
    preInstall: joined(sysusersPreInstall(parseSysusers(spec.sysusers), sysusersPath(spec)), preInstall, []),
    postInstall: joined(tmpfilesPostInstall(spec), postInstall, unitsPostInstall(spec.units)),
    preRemove: joined(unitsPreRemove(spec.units), preRemove, []),
    postRemove: joined([], postRemove, unitsPostRemove(spec.units)),
  };
  return Object.fromEntries(Object.entries(scripts).filter(([, text]) => text !== ''));
}

/** The header tags of the scripts. */
export function scriptTags(scripts: RpmScripts): ReadonlyMap<number, TagValue> {
  const tags = new Map<number, TagValue>();
  for (const [kind, { body, program }] of Object.entries(SCRIPT_TAGS)) {
    const text = scripts[kind as ScriptKind];
    if (text === undefined) continue;
    tags.set(body, string(text));
    tags.set(program, string(SCRIPT_PROGRAM));
  }
  return tags;
}

function tmpfilesPostInstall(spec: PackageSpec<unknown>): readonly string[] {
  if (spec.tmpfiles.length === 0) return [];
  return [
    'if command -v systemd-tmpfiles >/dev/null 2>&1; then',
    `    systemd-tmpfiles --create ${shellWord(tmpfilesPath(spec))} || :`,
    'fi',
  ];
}

function joined(before: readonly string[], own: string | undefined, after: readonly string[]): string {
  const script = own?.trimEnd() ?? '';
  // In a subshell, so that an `exit` or a `set` of the package's own script does not skip what follows it.
  const body =
    script !== '' && after.length > 0 ? ['(', script, ')', 'status=$?', '[ $status -eq 0 ] || exit $status'] : [script];
  return [...before, ...(script === '' ? [] : body), ...after].join('\n');
}
