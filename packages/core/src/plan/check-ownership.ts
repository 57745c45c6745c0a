import type { Problem } from '../errors/distro-error.ts';
import { listFiles } from '../formats/layout.ts';
import { flattenLists } from '../manifests/flatten.ts';
import { asObject, objectIdentity } from '../manifests/identity.ts';
import type { ManifestsStep, PackageStep, Step } from './document.ts';

/** What two constructs must not both own: a file on a node, an object on a cluster. */
export function checkOwnership(steps: readonly Step[]): readonly Problem[] {
  const packages = steps.filter((step): step is PackageStep => step.kind === 'package');
  const manifests = steps.filter((step): step is ManifestsStep => step.kind === 'manifests');
  return [...collidingFiles(packages), ...collidingObjects(manifests)];
}

interface Owned {
  readonly step: PackageStep;
  readonly isDirectory: boolean;
}

/** Directories may be shared; a file may not, unless the two packages cannot be on one machine. */
function collidingFiles(steps: readonly PackageStep[]): readonly Problem[] {
  const owners = new Map<string, Owned[]>();
  const problems = new Map<string, Problem>();
  for (const step of steps) {
    for (const { path, type } of listFiles(step.spec, step.format, () => ({ text: '' }))) {
      const owned = { step, isDirectory: type === 'directory' };
      const key = `${step.format} ${path}`;
      const others = owners.get(key) ?? [];
      owners.set(key, [...others, owned]);
      const rival = others.find((other) => collide(other, owned))?.step;
      if (rival === undefined) continue;
      problems.set(`${step.path} ${rival.path} ${path}`, {
        code: 'FILE_COLLISION',
        path: step.path,
        message: `${path} is in the package ${step.spec.name} and in ${rival.spec.name} of ${rival.path}`,
        hint: 'keep it in one of them, or let one conflict with the other',
      });
    }
  }
  return [...problems.values()];
}

/** A package for all architectures is installed beside those of any. */
function collide(one: Owned, other: Owned): boolean {
  if (one.step === other.step || (one.isDirectory && other.isDirectory)) return false;
  const [a, b] = [one.step.spec.arch, other.step.spec.arch];
  if (a !== b && a !== 'all' && b !== 'all') return false;
  return !excludes(one.step, other.step) && !excludes(other.step, one.step);
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
