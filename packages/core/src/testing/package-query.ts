import type { ArchName } from '../model/arch.ts';
import type { PackageFormat } from '../model/target.ts';
import { fail, failUnknown, thereIs } from './fail.ts';

/** A package as a plan and a release both know it. */
export interface PackageFacts {
  readonly name: string;
  /** With release and epoch: `1.36.3-1`. */
  readonly version: string;
  readonly arch: ArchName | 'all';
  readonly format: PackageFormat;
  /** Where it stands in the release. */
  readonly file: string;
  /** The component it is made of, if one. */
  readonly component?: string;
  /** The construct that made it. */
  readonly path: string;
}

/** Which of the packages of one name is meant; what is absent may be anything. */
export type PackageQuery = Partial<Pick<PackageFacts, 'version' | 'arch' | 'format' | 'component'>>;

/** The packages of a name that a query fits. At least one; the assertion fails otherwise and says what there is. */
export function findPackages<P extends PackageFacts>(
  packages: readonly P[],
  name: string,
  query: PackageQuery = {},
): readonly P[] {
  const named = packages.filter((candidate) => candidate.name === name);
  if (named.length === 0)
    failUnknown(
      'package',
      name,
      packages.map((candidate) => candidate.name),
    );
  const found = named.filter((candidate) => fits(candidate, query));
  if (found.length > 0) return found;
  fail(`no package ${name} has ${describeQuery(query)} (${thereIs(named.map(describePackage))})`, {
    actual: named.map((candidate) => pick(candidate, query)),
    expected: query,
  });
}

/** A package in words: `kubelet 1.36.3-1 amd64 deb`. */
export function describePackage(facts: PackageFacts): string {
  return `${facts.name} ${facts.version} ${facts.arch} ${facts.format}`;
}

const keysOf = (query: PackageQuery): readonly (keyof PackageQuery)[] => Object.keys(query) as (keyof PackageQuery)[];

function fits(candidate: PackageFacts, query: PackageQuery): boolean {
  return keysOf(query).every((key) => candidate[key] === query[key]);
}

function pick(candidate: PackageFacts, query: PackageQuery): PackageQuery {
  return Object.fromEntries(keysOf(query).map((key) => [key, candidate[key]]));
}

function describeQuery(query: PackageQuery): string {
  return keysOf(query)
    .map((key) => `${key} ${String(query[key])}`)
    .join(', ');
}
