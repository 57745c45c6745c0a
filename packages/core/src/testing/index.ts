export { DistroView, type AddOnFacts, type ComponentFacts } from './distro-view.ts';
export { expectProblem, type ProblemExpectation } from './expect-problem.ts';
export { type FileExpectation, type FileFacts } from './file-query.ts';
export { type ObjectQuery } from './object-query.ts';
export { type PackageFacts, type PackageQuery } from './package-query.ts';
export { planOf, type Planned, type PlanOfOptions } from './plan-of.ts';
export { PlanView, type PlannedPackage } from './plan-view.ts';
export { openRelease, ReleaseView } from './release-view.ts';
