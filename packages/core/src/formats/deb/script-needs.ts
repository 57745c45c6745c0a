import type { PackageSpec } from '../../model/package-spec.ts';

/**
 * Dependencies that the generated maintainer scripts have, as Debian's own packages declare them. A package that names
 * the first alternative itself is left alone.
 */
export function extraDepends(spec: PackageSpec<unknown>): readonly string[] {
  const needs: string[] = [];
  if (spec.sysusers.length > 0) needs.push('systemd | systemd-standalone-sysusers | systemd-sysusers');
  if (spec.tmpfiles.length > 0) needs.push('systemd | systemd-standalone-tmpfiles | systemd-tmpfiles');
  if (spec.files.some((file) => file.type === 'file' && file.capabilities !== undefined)) needs.push('libcap2-bin');
  const declared = (spec.relations.depends ?? []).map((text) => text.split(/[\s(|:]/, 1)[0]);
  return needs.filter((need) => !declared.includes(need.split(' ', 1)[0]));
}
