import { commonPath } from './common-path.ts';
import type { CBuildStep, DebianLicencesStep, DebianStep, GoBuildStep, GoLicencesStep, Step } from './document.ts';

/** The steps that find licences for the SBOMs: of Go modules, and of Debian packages in images and linked into programs. */
export function licenceSteps(steps: readonly Step[]): readonly (GoLicencesStep | DebianLicencesStep)[] {
  return [...goLicenceSteps(steps), ...debianLicenceSteps(steps)];
}

/** One step for all, since packages refer to each other's texts; none where no file of a Debian package is released. */
function debianLicenceSteps(steps: readonly Step[]): readonly DebianLicencesStep[] {
  const used = new Set(
    steps
      .flatMap((step) => {
        if (step.kind === 'layer') return step.packages;
        return step.kind === 'go-build' ? (step.cgo?.sysroot ?? []) : [];
      })
      .map((ref) => ref.step),
  );
  const debs = steps.filter((step): step is DebianStep => step.kind === 'debian' && used.has(step.id));
  const [first, ...others] = debs;
  if (first === undefined) return [];
  return [
    {
      kind: 'debian-licences',
      id: 'debian-licences',
      path: others.reduce((path, other) => commonPath(path, other.path), first.path),
      outputs: ['licences'],
      packages: debs.map(({ package: name, version, id }) => ({
        name,
        version,
        content: { step: id, output: 'file' },
      })),
    },
  ];
}

/** One step for each Go module that programs of the plan are built from, in plan order. */
function goLicenceSteps(steps: readonly Step[]): readonly GoLicencesStep[] {
  const builds = steps.filter((step) => step.kind === 'go-build' || step.kind === 'c-build');
  const modules = Map.groupBy(builds, ({ modules: { module, version } }) => `${module}@${version}`);
  return [...modules].map(([name, [first, ...others]]) => licenceStep(name, first as GoBuildStep | CBuildStep, others));
}

function licenceStep(
  name: string,
  first: GoBuildStep | CBuildStep,
  others: readonly (GoBuildStep | CBuildStep)[],
): GoLicencesStep {
  return {
    kind: 'go-licences',
    id: `go-licences ${name}`,
    path: others.reduce((path, other) => commonPath(path, other.path), first.path),
    outputs: ['licences'],
    module: first.modules.module,
    version: first.modules.version,
    // A C program has no build information: it is of its module and nothing else.
    programs: [first, ...others].flatMap(({ kind, id, outputs }) =>
      kind === 'go-build' ? outputs.map((output) => ({ step: id, output })) : [],
    ),
  };
}
