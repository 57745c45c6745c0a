import { DistroError } from '../errors/distro-error.ts';
import { nearest } from '../model/nearest.ts';
import type { Release, ReleaseAddOn, ReleaseComponent, ReleaseImage, ReleasePackage } from './document.ts';

/** Where something in a release comes from. */
export type Explanation = FileExplanation | ConstructExplanation;

/** Of a file: the construct that made it and what it is part of. */
export interface FileExplanation {
  readonly kind: 'file';
  readonly file: string;
  readonly sha256: string;
  readonly size: number;
  /** The construct that made it. */
  readonly path: string;
  /** The package that it is. */
  readonly package?: ReleasePackage;
  /** The component that the package is made of. */
  readonly component?: ReleaseComponent;
  /** The add-on whose manifest it is. */
  readonly addOn?: ReleaseAddOn;
  /** The images that it is part of. */
  readonly images?: readonly ReleaseImage[];
  /** The installer that reads it. */
  readonly installer?: Release['installers'][number];
}

/** Of a construct: all that it and those below it made. */
export interface ConstructExplanation {
  readonly kind: 'construct';
  readonly path: string;
  readonly components: readonly ReleaseComponent[];
  readonly packages: readonly ReleasePackage[];
  readonly images: readonly ReleaseImage[];
  readonly addOns: readonly ReleaseAddOn[];
  readonly drivers: Release['drivers'];
  readonly installers: Release['installers'];
  readonly files: Release['files'];
}

/**
 * Explains a file of a release, by its path or by its name where only one has it, or a construct by its path.
 *
 * @throws REFERENCE_UNKNOWN when the release holds neither, with the nearest that it holds
 */
export function explain(release: Release, query: string): Explanation {
  const wanted = query.replace(/^(?:\.\/)+/, '').replace(/\/+$/, '');
  const found = tryExplainFile(release, wanted) ?? tryExplainConstruct(release, wanted);
  if (found !== undefined) return found;
  const near = nearest(wanted, [...release.files.flatMap(({ file }) => [file, nameOf(file)]), ...pathsOf(release)]);
  const hint =
    near === undefined ? '`distrokit list` and `distrokit tree` show what there is' : `did you mean ${near}?`;
  throw new DistroError('REFERENCE_UNKNOWN', `the release has no file and no construct ${query}`, { hint });
}

function tryExplainFile(release: Release, wanted: string): FileExplanation | undefined {
  const exact = release.files.filter(({ file }) => file === wanted);
  const [entry, ...others] = exact.length > 0 ? exact : release.files.filter(({ file }) => nameOf(file) === wanted);
  // A package stands in a repository too.
  if (entry === undefined || others.some(({ sha256 }) => sha256 !== entry.sha256)) return undefined;
  const { file } = entry;
  const packaged = release.packages.find((one) => one.sha256 === entry.sha256);
  const component = release.components.find(({ name }) => name === packaged?.component);
  const addOn = release.addOns.find(({ manifests }) => manifests.includes(file));
  const images = release.images.filter(({ files }) => files.includes(file));
  const installer = release.installers.find(({ files }) => files.includes(file));
  return {
    kind: 'file',
    ...entry,
    ...(packaged === undefined ? {} : { package: packaged }),
    ...(component === undefined ? {} : { component }),
    ...(addOn === undefined ? {} : { addOn }),
    ...(images.length === 0 ? {} : { images }),
    ...(installer === undefined ? {} : { installer }),
  };
}

function tryExplainConstruct(release: Release, path: string): ConstructExplanation | undefined {
  if (!pathsOf(release).some((one) => isWithin(one, path))) return undefined;
  const within = <T extends { readonly path: string }>(items: readonly T[]): readonly T[] =>
    items.filter((item) => isWithin(item.path, path));
  return {
    kind: 'construct',
    path,
    components: within(release.components),
    packages: within(release.packages),
    images: within(release.images),
    addOns: within(release.addOns),
    drivers: within(release.drivers),
    installers: within(release.installers),
    files: within(release.files),
  };
}

function isWithin(path: string, ancestor: string): boolean {
  return path === ancestor || path.startsWith(`${ancestor}/`);
}

function pathsOf(release: Release): readonly string[] {
  const { files, components, packages, images, addOns, drivers, installers, arches, kernel } = release;
  const all = [
    ...files,
    ...components,
    ...packages,
    ...images,
    ...addOns,
    ...drivers,
    ...installers,
    ...arches,
    kernel,
  ];
  return [...new Set(all.map(({ path }) => path))];
}

function nameOf(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1);
}
