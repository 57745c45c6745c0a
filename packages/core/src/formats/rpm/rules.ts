import { problemsOf } from '../../errors/distro-error.ts';
import type { Problem } from '../../errors/distro-error.ts';
import type { RelationKind } from '../../model/package-spec.ts';
import { isRich, parseRelation } from './relation.ts';
import type { RpmRelation } from './relation.ts';
import { SENSE } from './tags.ts';

const DEB_ONLY: readonly RelationKind[] = ['preDepends', 'breaks'];

/** What is wrong with a relation, and with where it stands. */
export function relationProblems(kind: RelationKind, text: string): readonly Problem[] {
  const fault = DEB_ONLY.includes(kind) ? 'is of a kind that rpm does not have' : placeFault(kind, text);
  if (typeof fault !== 'string') return fault;
  return [{ code: 'RELATION_INVALID', message: `${kind} relation ${JSON.stringify(text)} ${fault}` }];
}

/** The end of a sentence about a relation that has no meaning where it is; the problems of one that does not parse. */
function placeFault(kind: RelationKind, text: string): string | readonly Problem[] {
  let relation: RpmRelation;
  try {
    relation = parseRelation(text);
  } catch (error) {
    return problemsOf(error);
  }
  if (isRich(relation) && (kind === 'provides' || kind === 'replaces'))
    return 'is a rich relation, which rpm does not take there';
  if (kind === 'provides' && relation.flags !== 0 && relation.flags !== SENSE.equal)
    return 'is a range; a package provides a name, or name = 1.0';
  return [];
}
