import { problemsOf } from '../../errors/distro-error.ts';
import type { Problem } from '../../errors/distro-error.ts';
import type { PackageFile, PackageSpec } from '../../model/package-spec.ts';
import { rpmVersionOf } from '../../model/rpm-version.ts';
import { DECLARED_RELATIONS } from './dependencies.ts';
import { parseRelation } from './relation.ts';
import { parseSysusers } from './sysusers.ts';
import { SENSE } from './tags.ts';

/** Times are unsigned 32-bit numbers. */
const TIME_MAX = 0xffff_ffff;
/** rpm reads names of at most 4096 bytes from a payload, with the dot in front and the NUL behind. */
const PATH_MAX = 4094;
const CAPABILITIES = /^(?:cap_[a-z_]+(?:,cap_[a-z_]+)*[=+-][eip]*)(?: cap_[a-z_]+(?:,cap_[a-z_]+)*[=+-][eip]*)*$/;

/** What rpm in particular would not take of a package, all at once; the rules that both families share are not here. */
export function checkRpm(spec: PackageSpec<unknown>): readonly Problem[] {
  return [
    ...problemsIn(() => rpmVersionOf(spec)),
    ...relationProblems(spec),
    ...problemsIn(() => parseSysusers(spec.sysusers)),
    ...timeProblems('date', spec.date),
    ...spec.changelog.flatMap(({ version, date }) => timeProblems(`date of changelog entry ${version}`, date)),
    ...spec.files.flatMap(fileProblems),
  ];
}

function relationProblems({ relations }: PackageSpec<unknown>): readonly Problem[] {
  return Object.entries(DECLARED_RELATIONS).flatMap(([kind, declared]) =>
    (relations[declared] ?? []).flatMap((text) => {
      const problems = problemsIn(() => parseRelation(text));
      if (problems.length > 0) return problems;
      return placeProblems(kind as keyof typeof DECLARED_RELATIONS, text);
    }),
  );
}

/** Relations that parse but have no meaning where they are. */
function placeProblems(kind: keyof typeof DECLARED_RELATIONS, text: string): readonly Problem[] {
  const { name, flags } = parseRelation(text);
  const written = JSON.stringify(text);
  if ((kind === 'provides' || kind === 'obsoletes') && name.startsWith('('))
    return [
      { code: 'RELATION_INVALID', message: `${kind} ${written} is a rich relation, which rpm does not take there` },
    ];
  if (kind === 'provides' && flags !== 0 && flags !== SENSE.equal)
    return [
      { code: 'RELATION_INVALID', message: `provides ${written} is a range`, hint: 'write it as: name, or name = 1.0' },
    ];
  return [];
}

function timeProblems(what: string, time: number): readonly Problem[] {
  if (Number.isInteger(time) && time >= 0 && time <= TIME_MAX) return [];
  return [{ code: 'FORMAT_LIMIT', message: `${what} is ${time}, but rpm keeps whole seconds from 0 to ${TIME_MAX}` }];
}

function fileProblems(file: PackageFile<unknown>): readonly Problem[] {
  const problems: Problem[] = [];
  if (Buffer.byteLength(file.path) > PATH_MAX)
    problems.push({
      code: 'PATH_INVALID',
      message: `path ${file.path} is longer than ${PATH_MAX} bytes, which is all that an rpm can hold`,
    });
  if (file.type === 'symlink' && file.target === '')
    problems.push({ code: 'PATH_INVALID', message: `symlink ${file.path} has no target` });
  if (file.type === 'file' && file.capabilities !== undefined && !CAPABILITIES.test(file.capabilities))
    problems.push({
      code: 'TEXT_INVALID',
      message: `capabilities ${JSON.stringify(file.capabilities)} of ${file.path} are not in the syntax of setcap`,
      hint: 'write them as: cap_net_admin,cap_net_raw=ep',
    });
  return problems;
}

function problemsIn(check: () => unknown): readonly Problem[] {
  try {
    check();
    return [];
  } catch (error) {
    return problemsOf(error);
  }
}
