import { DistroError } from '../../errors/distro-error.ts';
import { isDebVersion } from '../../model/deb-version.ts';
import type { PackageRelations, RelationKind } from '../../model/package-spec.ts';

/** The control field of each kind of relation, in the order that dpkg lists them. */
export const DEB_RELATION_FIELDS: readonly (readonly [RelationKind, string])[] = [
  ['preDepends', 'Pre-Depends'],
  ['depends', 'Depends'],
  ['recommends', 'Recommends'],
  ['suggests', 'Suggests'],
  ['conflicts', 'Conflicts'],
  ['breaks', 'Breaks'],
  ['replaces', 'Replaces'],
  ['provides', 'Provides'],
];

const ALTERNATIVES: readonly RelationKind[] = ['preDepends', 'depends', 'recommends', 'suggests'];

const PACKAGE = /^([a-z0-9][a-z0-9+.-]+(?::[a-z0-9-]+)?)(?:\s*\(\s*(<<|<=|=|>=|>>)\s*([^\s()]+)\s*\))?$/;

/**
 * One relation in the spelling of deb-control(5): `iptables (>= 1.4.21)`, or for dependencies `a | b (>= 2)`.
 *
 * @throws `RELATION_INVALID` when it does not parse, or has an alternative or operator that its kind cannot have
 */
export function debRelation(kind: RelationKind, text: string): string {
  const parts = text.split('|').map((part) => packageRelation(kind, part.trim(), text));
  if (parts.length > 1 && !ALTERNATIVES.includes(kind)) {
    throw invalid(kind, text, 'has an alternative, which only dependencies can have');
  }
  return parts.join(' | ');
}

/** The relation fields of a control file: name and value, those without a relation left out. */
export function debRelationFields(relations: PackageRelations): readonly (readonly [string, string])[] {
  return DEB_RELATION_FIELDS.flatMap(([kind, field]) => {
    const texts = relations[kind] ?? [];
    return texts.length === 0 ? [] : [[field, texts.map((text) => debRelation(kind, text)).join(', ')] as const];
  });
}

function packageRelation(kind: RelationKind, part: string, text: string): string {
  const match = PACKAGE.exec(part);
  if (match === null) throw invalid(kind, text, 'does not parse');
  const [, name = '', operator, version = ''] = match;
  if (operator === undefined) return name;
  if (!isDebVersion(version))
    throw invalid(kind, text, `names the version ${JSON.stringify(version)}, which is not one`);
  if (kind === 'provides' && operator !== '=') throw invalid(kind, text, 'provides a range; only = can be provided');
  return `${name} (${operator} ${version})`;
}

function invalid(kind: RelationKind, text: string, why: string): DistroError {
  return new DistroError('RELATION_INVALID', `${kind} relation ${JSON.stringify(text)} ${why}`, {
    hint: 'write it as in a Debian control file, such as "iptables (>= 1.4.21)"',
  });
}
