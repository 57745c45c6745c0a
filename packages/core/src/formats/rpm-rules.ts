import { problemsOf } from '../errors/distro-error.ts';
import type { Problem } from '../errors/distro-error.ts';
import { rpmVersionOf } from '../model/rpm-version.ts';
import type { FamilyRules } from './family-rules.ts';
import { relationProblems } from './rpm/rules.ts';

const NAME = /^[A-Za-z0-9][A-Za-z0-9+._-]+$/;

/** What rpm takes as name, version and relation. */
export const RPM_RULES: FamilyRules = {
  nameFault(name) {
    return NAME.test(name) ? undefined : 'is not two or more of A-Z a-z 0-9 + - . _ starting with a letter or digit';
  },
  versionProblems: (parts) => problemsFrom(() => rpmVersionOf(parts)),
  relationProblems,
};

function problemsFrom(check: () => unknown): readonly Problem[] {
  try {
    check();
    return [];
  } catch (error) {
    return problemsOf(error);
  }
}
