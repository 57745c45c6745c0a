import type { PackageSpec } from '../../model/package-spec.ts';
import { indent } from '../shell.ts';
import { filesPostInstall, ghostsPurge, tmpfilesPurge } from './script-files.ts';
import { unitsPostInstall, unitsPostRemove, unitsPreRemove } from './script-units.ts';

/** The maintainer scripts by the name dpkg knows them by; one without content is not there. */
export type DebScriptName = 'preinst' | 'postinst' | 'prerm' | 'postrm';

/**
 * The maintainer scripts of a package: what its units, users, temporary files, capabilities and ghosts need, and the
 * package's own scripts, which run in a subshell, so that an `exit` there ends only them. Installing, the package's own
 * come before its units start; removing, after they stopped. See Debian policy 6.
 */
export function debScripts(spec: PackageSpec<unknown>): ReadonlyMap<DebScriptName, string> {
  const { preInstall, postInstall, preRemove, postRemove } = spec.scripts;
  const sections: readonly (readonly [DebScriptName, readonly string[]])[] = [
    ['preinst', own(preInstall)],
    ['postinst', [...filesPostInstall(spec), ...own(postInstall), ...unitsPostInstall(spec.units)]],
    ['prerm', [...unitsPreRemove(spec.units), ...own(preRemove)]],
    ['postrm', [...own(postRemove), ...unitsPostRemove(spec.units), ...purge(spec)]],
  ];
  return new Map(
    sections
      .filter(([, lines]) => lines.length > 0)
      .map(([name, lines]) => [name, ['#!/bin/sh', 'set -e', ...lines, ''].join('\n')]),
  );
}

function own(body: string | undefined): readonly string[] {
  return body === undefined ? [] : ['', '(', body.trimEnd(), ')'];
}

function purge(spec: PackageSpec<unknown>): readonly string[] {
  const lines = [...ghostsPurge(spec.files), ...tmpfilesPurge(spec.tmpfiles)];
  return lines.length === 0 ? [] : ['', 'if [ "$1" = purge ]; then', ...indent(lines), 'fi'];
}
