import { commonPath } from './common-path.ts';
import type { CBuildStep, GoBuildStep, GoLicencesStep, Step } from './document.ts';

/** One step for each Go module that programs of the plan are built from, in plan order. */
export function licenceSteps(steps: readonly Step[]): readonly GoLicencesStep[] {
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
