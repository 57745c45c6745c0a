import type { Problem } from '../errors/distro-error.ts';
import type { VersionParts } from '../model/deb-version.ts';
import type { RelationKind } from '../model/package-spec.ts';

/** What the two families see differently when a package is checked.  */
export interface FamilyRules {
  /** The end of a sentence about the name; undefined when nothing is wrong. */
  nameFault(name: string): string | undefined;
  versionProblems(parts: VersionParts): readonly Problem[];
  relationProblems(kind: RelationKind, text: string): readonly Problem[];
}
