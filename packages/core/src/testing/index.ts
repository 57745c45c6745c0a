export { DistroView, type AddOnFacts, type ComponentFacts } from './distro-view.ts';
export { type FileExpectation, type FileFacts } from './file-query.ts';
export { type ObjectQuery } from './object-query.ts';
export { type PackageFacts, type PackageQuery } from './package-query.ts';
export { PlanView, type PlannedPackage } from './plan-view.ts';
