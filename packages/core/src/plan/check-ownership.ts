import type { Problem } from '../errors/distro-error.ts';
import { flattenLists } from '../manifests/flatten.ts';
import { asObject, objectIdentity } from '../manifests/identity.ts';
import type { ManifestsStep, PackageStep, Step } from './document.ts';

/** What two constructs must not both own: a file on a node, an object on a cluster. */
export function checkOwnership(steps: readonly Step[]): readonly Problem[] {
  const packages = steps.filter((step): step is PackageStep => step.kind === 'package');
  const manifests = steps.filter((step): step is ManifestsStep => step.kind === 'manifests');
  return [...collidingFiles(packages), ...collidingObjects(manifests)];
}

/** Directories may be shared; a file may not, unless one of the two packages excludes the other. */
function collidingFiles(steps: readonly PackageStep[]): readonly Problem[] {
  const owners = new Map<string, PackageStep>();
  const problems = new Map<string, Problem>();
  for (const step of steps) {
    for (const file of step.spec.files) {
      if (file.type === 'directory') continue;
      const key = `${step.format} ${step.spec.arch} ${file.path}`;
      const owner = owners.get(key);
      owners.set(key, owner ?? step);
      if (owner === undefined || owner === step || excludes(owner, step) || excludes(step, owner)) continue;
      problems.set(`${step.path} ${owner.path} ${file.path}`, {
        code: 'FILE_COLLISION',
        path: step.path,
        message: `${file.path} is in the package ${step.spec.name} and in ${owner.spec.name} of ${owner.path}`,
        hint: 'keep it in one of them, or let one conflict with the other',
      });
    }
  }
  return [...problems.values()];
}

function excludes(one: PackageStep, other: PackageStep): boolean {
  const { conflicts = [], replaces = [], breaks = [] } = one.spec.relations;
  return [...conflicts, ...replaces, ...breaks].some((relation) => relation.split(/[\s(]/)[0] === other.spec.name);
}

/** Within one add-on `checkObjects` has looked already. */
function collidingObjects(steps: readonly ManifestsStep[]): readonly Problem[] {
  const owners = new Map<string, string>();
  const problems: Problem[] = [];
  for (const step of steps) {
    for (const { object } of flattenLists(step.objects)) {
      const identity = objectIdentity(asObject(object) ?? {});
      const owner = owners.get(identity);
      owners.set(identity, owner ?? step.path);
      if (owner === undefined || owner === step.path) continue;
      problems.push({
        code: 'OBJECT_COLLISION',
        path: step.path,
        message: `${identity} is an object of ${owner} too`,
        hint: 'keep it in one of the add-ons',
      });
    }
  }
  return problems;
}
