import { compareText, type JsonObject } from '../model/json.ts';
import { failUnknown } from './fail.ts';
import { describeObject, expectMatch, findObject, type ObjectQuery } from './object-query.ts';
import { describePackage, findPackages, type PackageFacts, type PackageQuery } from './package-query.ts';

/** A component as a plan and a release both know it. */
export interface ComponentFacts {
  readonly name: string;
  readonly version: string;
  /** The source in one line, such as `go:k8s.io/kubernetes@v1.36.3`. */
  readonly source: string;
  readonly path: string;
}

/** An add-on as a plan and a release both know it. */
export interface AddOnFacts {
  readonly name: string;
  readonly version: string;
  /** The semver range of kernels it supports. */
  readonly kernels: string;
  readonly path: string;
}

/** What a {@link DistroView} looks at. */
export interface DistroFacts {
  /** `harbor 1.0.0`. */
  readonly title: string;
  readonly packages: readonly PackageFacts[];
  readonly components: readonly ComponentFacts[];
  readonly addOns: readonly AddOnFacts[];
  /** Every Kubernetes object of every add-on, in the order they apply. */
  readonly objects: readonly JsonObject[];
  /** Image references, sorted. */
  readonly images: readonly string[];
}

/**
 * The questions that a plan and a release both answer. The methods that start with `has` return when the answer is yes
 * and throw otherwise; the others return what they name, or throw when there is no such thing. The error is an
 * `AssertionError` that says what there is instead, so that any test runner can be used.
 */
export abstract class DistroView {
  readonly packages: readonly PackageFacts[];
  readonly components: readonly ComponentFacts[];
  readonly addOns: readonly AddOnFacts[];
  readonly objects: readonly JsonObject[];
  readonly #facts: DistroFacts;

  constructor(facts: DistroFacts) {
    this.#facts = facts;
    this.packages = facts.packages;
    this.components = facts.components;
    this.addOns = facts.addOns;
    this.objects = facts.objects;
  }

  /** There is a package of this name, and one that the query fits. */
  hasPackage(name: string, query: PackageQuery = {}): void {
    findPackages(this.packages, name, query);
  }

  /** There is this object, and it matches the pattern: each member that the pattern has, whatever else the object has. */
  hasObject(query: ObjectQuery, pattern: JsonObject = {}): void {
    expectMatch(findObject(this.objects, query), pattern);
  }

  /** The object of a kind and name. */
  object(kind: string, name: string, namespace?: string): JsonObject {
    return findObject(this.objects, { kind, name, ...(namespace === undefined ? {} : { namespace }) });
  }

  /** Every image of the add-ons and of what is built, sorted; those that are built here without their digests. */
  images(): readonly string[] {
    return this.#facts.images;
  }

  /** The component of a name. */
  component(name: string): ComponentFacts {
    const found = this.components.find((component) => component.name === name);
    return (
      found ??
      failUnknown(
        'component',
        name,
        this.components.map((component) => component.name),
      )
    );
  }

  /** The add-on of a name. */
  addOn(name: string): AddOnFacts {
    const found = this.addOns.find((addOn) => addOn.name === name);
    return (
      found ??
      failUnknown(
        'add-on',
        name,
        this.addOns.map((addOn) => addOn.name),
      )
    );
  }

  /**
   * What it is made of in a short text, for a snapshot: packages, components, add-ons, objects and images, without
   * digests, sizes and dates, so that it changes when the distribution does.
   */
  snapshot(): string {
    const { title, images } = this.#facts;
    return [
      `${title}\n`,
      section(
        'components',
        this.components.map(({ name, version, source }) => `${name} ${version} from ${source}`),
      ),
      section('packages', this.packages.map(describePackage)),
      section(
        'add-ons',
        this.addOns.map(({ name, version, kernels }) => `${name} ${version} for ${kernels}`),
      ),
      section('objects', this.objects.map(describeObject)),
      section('images', images),
    ].join('');
  }
}

function section(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return '';
  return `${title}\n${[...lines]
    .sort(compareText)
    .map((line) => `  ${line}\n`)
    .join('')}`;
}
