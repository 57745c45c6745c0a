import { problemsOf } from '../../errors/distro-error.ts';
import { debVersionOf, isDebVersion } from '../../model/deb-version.ts';
import type { VersionParts } from '../../model/deb-version.ts';
import type { FamilyRules } from '../family-rules.ts';
import { debRelation } from './relations.ts';

const NAME = /^[a-z0-9][a-z0-9+.-]+$/;
const RELEASE = /^[A-Za-z0-9.+~]+$/;
/** ext4 and apt's own file names set this bound; Debian's longest name has about 90. */
const NAME_MAX = 128;

/** The rules of deb-control(5) and deb-version(7). */
export const DEB_RULES: FamilyRules = {
  nameFault(name) {
    if (name.length > NAME_MAX) return `is longer than ${NAME_MAX} characters`;
    return NAME.test(name) ? undefined : 'is not two or more of a-z 0-9 + - . starting with a letter or digit';
  },
  versionProblems(parts) {
    const fault = versionFault(parts);
    return fault === undefined ? [] : [{ code: 'VERSION_INVALID', message: fault }];
  },
  relationProblems(kind, text) {
    try {
      debRelation(kind, text);
      return [];
    } catch (error) {
      return problemsOf(error);
    }
  },
};

function versionFault(parts: VersionParts): string | undefined {
  const { version, release, epoch = 0 } = parts;
  if (!Number.isInteger(epoch) || epoch < 0) return `epoch ${epoch} is not a whole number`;
  if (!RELEASE.test(release)) return `release ${JSON.stringify(release)} is not made of A-Z a-z 0-9 . + ~`;
  if (version.includes(':')) return `version ${JSON.stringify(version)} holds a colon; an epoch is written apart`;
  return isDebVersion(debVersionOf(parts))
    ? undefined
    : `version ${JSON.stringify(version)} is not one that dpkg accepts`;
}
