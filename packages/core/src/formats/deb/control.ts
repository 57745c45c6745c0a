import { DistroError } from '../../errors/distro-error.ts';
import { ARCHES } from '../../model/arch.ts';
import { debVersionOf } from '../../model/deb-version.ts';
import type { PackageFile, PackageSpec } from '../../model/package-spec.ts';
import { fill } from '../wrap.ts';
import { debRelationFields } from './relations.ts';
import { extraDepends } from './script-needs.ts';

type Named = Pick<PackageSpec<unknown>, 'name' | 'version' | 'release' | 'arch'>;

/** The file name of a package: `kubelet_1.36.3-1_amd64.deb`. The epoch is left out, as dpkg-deb and apt do. */
export function debFileName(spec: Named): string {
  return `${spec.name}_${debVersionOf({ version: spec.version, release: spec.release })}_${debArchOf(spec)}.deb`;
}

/** Debian's name of a package's architecture. */
export function debArchOf({ arch }: Pick<PackageSpec<unknown>, 'arch'>): string {
  return arch === 'all' ? 'all' : ARCHES[arch].deb;
}

/**
 * The control file of a package, its fields in dpkg's order. See deb-control(5).
 *
 * @param installedSize - of the package's files, from {@link installedSizeOf}
 * @throws `TEXT_INVALID` for a newline or control character in a field of one line, `RELATION_INVALID`
 */
export function debControl(spec: PackageSpec<unknown>, installedSize: number): string {
  const depends = [...(spec.relations.depends ?? []), ...extraDepends(spec)];
  const fields: readonly (readonly [string, string])[] = [
    ['Package', spec.name],
    ['Version', debVersionOf(spec)],
    ['Architecture', debArchOf(spec)],
    ['Maintainer', spec.maintainer],
    ['Origin', spec.vendor],
    ['Installed-Size', String(installedSize)],
    ...debRelationFields({ ...spec.relations, depends }),
    ['Section', spec.section],
    ['Priority', 'optional'],
    ['Homepage', spec.homepage],
    ['Description', spec.summary],
  ];
  return (
    fields.map(([name, value]) => `${name}: ${oneLine(name, value)}\n`).join('') + extendedDescription(spec.description)
  );
}

/**
 * What `Installed-Size` says: every file in whole KiB and one KiB for every other entry.
 *
 * @param entries - every entry of the data member, directories included
 */
export function installedSizeOf(entries: Iterable<PackageFile<{ readonly size: number }>>): number {
  let size = 0;
  for (const entry of entries) size += entry.type === 'file' ? Math.ceil(entry.content.size / 1024) : 1;
  return size;
}

/** The extended description: a space before each line, ` .` for an empty one. */
function extendedDescription(text: string): string {
  return fill(text, 78)
    .map((line) => (line === '' ? ' .\n' : ` ${line}\n`))
    .join('');
}

function oneLine(field: string, value: string): string {
  if (!/[\u0000-\u001f\u007f]/.test(value) && value.trim() !== '') return value;
  throw new DistroError('TEXT_INVALID', `control field ${field} cannot hold ${JSON.stringify(value)}`, {
    hint: 'write it on one line, without control characters',
  });
}
