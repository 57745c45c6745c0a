import type { Problem } from '../errors/distro-error.ts';
import { checkPackage } from '../formats/package-rules.ts';
import { packageFileName } from '../formats/package-file-name.ts';
import { checkInstaller } from '../installers/render.ts';
import type { Lock } from '../lock/schema.ts';
import { checkObjects } from '../manifests/check.ts';
import type { ArchName } from '../model/arch.ts';
import type { Sha256 } from '../model/digest.ts';
import { findPlaceholders } from '../model/image-placeholder.ts';
import type { JsonObject } from '../model/json.ts';
import type { ContentRef } from '../model/package-spec.ts';
import { DEFAULT_MARGIN, keyringAt, type SigningPolicy } from '../model/signing-policy.ts';
import type { FileSource, Source } from '../model/source.ts';
import type { Compression, PackageFormat } from '../model/target.ts';
import type { DistroEntry, ImageRequest, PackageRequest, PlanBuilder, SourceOptions } from './builder.ts';
import { checkOwnership } from './check-ownership.ts';
import { unknownImages } from './image-digests.ts';
import type { TreeNode } from '../model/tree-node.ts';
import type { Plan, PlanDistro, Step } from './document.ts';
import { ImageSteps } from './image-steps.ts';
import { inDependencyOrder, linkImages } from './link-images.ts';
import { licenceSteps } from './licence-steps.ts';
import { SourceSteps } from './source-steps.ts';
import { StepList } from './step-list.ts';

/** What a plan is made from, beside the constructs. */
export interface AssemblerOptions {
  /** Absent when there is no lock file: every source from outside is then reported. */
  readonly lock: Lock | undefined;
  /** The release date, `2026-11-21T00:00:00Z`. */
  readonly date: string;
  readonly arches: readonly ArchName[];
  readonly formats: ReadonlyMap<PackageFormat, Compression>;
  /** The files beside the program by path, read beforehand; undefined for one that does not exist. */
  readonly files: ReadonlyMap<string, { readonly sha256: Sha256; readonly size: number } | undefined>;
}

type Entries = { -readonly [K in keyof PlanDistro]?: PlanDistro[K] };

/** The plan builder that makes the plan. Constructs add to it; {@link PlanAssembler.finish} gives plan and problems. */
export class PlanAssembler implements PlanBuilder {
  readonly date: number;
  readonly arches: readonly ArchName[];
  readonly formats: ReadonlyMap<PackageFormat, Compression>;
  readonly #date: string;
  readonly #steps = new StepList();
  readonly #sources: SourceSteps;
  readonly #images: ImageSteps;
  readonly #problems = new Map<string, Problem>();
  readonly #about: Entries = {};
  readonly #arches: PlanDistro['arches'][number][] = [];
  readonly #components: PlanDistro['components'][number][] = [];
  readonly #addOns: PlanDistro['addOns'][number][] = [];
  readonly #drivers: PlanDistro['drivers'][number][] = [];
  readonly #installers: PlanDistro['installers'][number][] = [];

  constructor(options: AssemblerOptions) {
    this.#date = options.date;
    this.date = Math.floor(Date.parse(options.date) / 1000);
    this.arches = options.arches;
    this.formats = options.formats;
    const problem = (found: Problem): void => this.problem(found);
    this.#sources = new SourceSteps({ ...options, steps: this.#steps, problem });
    this.#images = new ImageSteps({ date: this.date, steps: this.#steps, problem });
  }

  source(path: string, source: Source, options: SourceOptions): ReadonlyMap<string, ContentRef> {
    return this.#sources.add(path, source, options);
  }

  file(path: string, source: FileSource): ContentRef {
    return this.#sources.addFile(path, source);
  }

  keyring(path: string, policy: SigningPolicy): { readonly binary: ContentRef; readonly armored: ContentRef } {
    const ring = keyringAt(policy, this.date);
    if (!ring.some(({ signs }) => signs)) {
      const message = `no certificate signs on ${this.#date.slice(0, 10)}`;
      const hint = "give one of signing.certificates an earlier 'from' or a later 'until'";
      this.problem({ code: 'KEY_REFUSED', path, message, hint });
    }
    const certificates = ring.map(({ certificate, signs }) => ({
      name: certificate.path,
      content: this.file(path, certificate),
      signs,
    }));
    const { margin = DEFAULT_MARGIN } = policy;
    const outputs = ['armored', 'binary', 'entries'];
    const id = this.#steps.add({
      kind: 'keyring',
      id: 'keyring',
      path,
      outputs,
      certificates,
      date: this.date,
      margin,
    });
    return { binary: { step: id, output: 'binary' }, armored: { step: id, output: 'armored' } };
  }

  package(path: string, { format, spec, component }: PackageRequest): ContentRef {
    const problems = checkPackage(spec, format);
    for (const problem of problems) this.problem({ ...problem, path });
    if (problems.length > 0) return { step: '', output: 'package' };
    const file = `packages/${spec.arch}/${packageFileName(spec, format)}`;
    const step = this.#own('PACKAGE_DUPLICATE', {
      kind: 'package',
      id: `package ${file}`,
      path,
      outputs: ['package'],
      format,
      compression: this.formats.get(format) ?? 'gzip',
      spec,
      file,
      ...(component === undefined ? {} : { component }),
    });
    return { step, output: 'package' };
  }

  image(path: string, request: ImageRequest): void {
    this.#images.add(path, request);
  }

  /** The placeholders of images that steps name so far and that nobody has added. */
  missingImages(): ReadonlySet<Sha256> {
    const named = this.#steps.all().flatMap((step) => [...findPlaceholders(step).keys()]);
    return new Set(named.filter((placeholder) => !this.#images.indexes.has(placeholder)));
  }

  manifests(path: string, directory: string, objects: readonly JsonObject[]): string {
    for (const problem of checkObjects(objects)) this.problem({ ...problem, path });
    return this.#steps.add({
      kind: 'manifests',
      id: `manifests ${directory}`,
      path,
      outputs: ['files'],
      directory,
      objects,
    });
  }

  installer(path: string, installer: string, directory: string, settings: JsonObject): string {
    for (const problem of checkInstaller(installer, settings)) this.problem({ ...problem, path });
    return this.#steps.add({
      kind: 'installer',
      id: `installer ${directory}`,
      path,
      outputs: ['files'],
      installer,
      directory,
      settings,
    });
  }

  distro(entry: DistroEntry): void {
    Object.assign(this.#about, entry);
  }

  arch(entry: PlanDistro['arches'][number]): void {
    if (this.#arches.some((arch) => arch.name === entry.name)) {
      this.problem({
        code: 'ARCH_DUPLICATE',
        path: entry.path,
        message: `the architecture ${entry.name} is there twice`,
      });
    }
    if (this.arches.includes(entry.name)) this.#arches.push(entry);
  }

  kernel(entry: PlanDistro['kernel']): void {
    this.#about.kernel = entry;
  }

  component(entry: PlanDistro['components'][number]): void {
    this.#components.push(entry);
  }

  addOn(entry: PlanDistro['addOns'][number]): void {
    this.#addOns.push(entry);
  }

  driver(entry: PlanDistro['drivers'][number]): void {
    this.#drivers.push(entry);
  }

  installerEntry(entry: PlanDistro['installers'][number]): void {
    this.#installers.push(entry);
  }

  /** The same problem seen from several constructs, or for several architectures, is one problem: the first. */
  problem(problem: Problem): void {
    const key = `${problem.code} ${problem.message}`;
    if (!this.#problems.has(key)) this.#problems.set(key, problem);
  }

  /** The problems of the plan as a whole join those of its parts; the plan is there when there are none. */
  finish(tree: TreeNode): { readonly problems: readonly Problem[]; readonly plan: Plan } {
    const made = this.#steps.all();
    const linked = linkImages([...made, ...licenceSteps(made)], this.#images.indexes);
    const steps = inDependencyOrder(linked, (problem) => this.problem(problem));
    for (const problem of [...checkOwnership(steps), ...steps.flatMap(unknownImages)]) this.problem(problem);
    return { problems: [...this.#problems.values()], plan: { schemaVersion: 1, distro: this.#distro(tree), steps } };
  }

  /** Adds a step whose place in the release belongs to one construct. */
  #own(code: 'PACKAGE_DUPLICATE' | 'NAME_DUPLICATE', step: Step): string {
    const owner = this.#steps.tryFind(step.id);
    if (owner === undefined) return this.#steps.add(step);
    const message = `${step.id.replace(' ', ' at ')} is made by ${owner.path} too`;
    this.problem({ code, path: step.path, message, hint: 'give one of them another name' });
    return step.id;
  }

  #distro(tree: TreeNode): PlanDistro {
    const empty = {
      name: '',
      version: '',
      channel: '',
      vendor: { name: '', email: '', url: '' },
      registry: '',
      targets: [],
    };
    const { kernel = { version: '', path: '', components: [] } } = this.#about;
    const planned = new Set(this.#components.map((component) => component.name));
    return {
      ...empty,
      ...this.#about,
      // A plan of some constructs only has some of the kernel's components, or none.
      kernel: { ...kernel, components: kernel.components.filter((name) => planned.has(name)) },
      date: this.#date,
      arches: this.#arches,
      components: this.#components,
      addOns: this.#addOns,
      drivers: this.#drivers,
      installers: this.#installers,
      tree,
    };
  }
}
