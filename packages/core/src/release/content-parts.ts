import { blobOf, type StepOutputs } from '../build/build-result.ts';
import { tryReadGoBuildInfo, type GoBuildInfo } from '../formats/go-build-info.ts';
import { builtModule, dirHash, type GoModule } from '../formats/go-module-info.ts';
import { collect } from '../model/bytes.ts';
import type { Sha256 } from '../model/digest.ts';
import type { ContentRef } from '../model/package-spec.ts';
import type { DebianStep, GoModuleSet, Plan, Step } from '../plan/document.ts';
import { withFileRanges } from '../store/file-ranges.ts';
import type { BlobId, Store } from '../store/store.ts';
import type { BomPart } from '../supply-chain/sbom/bom.ts';
import { formatPurl, goPurl } from '../supply-chain/sbom/purl.ts';
import { debianPurl } from './materials.ts';
import { DistroError } from '../errors/distro-error.ts';

/** A file of a package or an image with what it is made of: the file's own part is the first. */
export type FileParts = readonly [BomPart, ...BomPart[]];

/** The licence of Go's own library, whose text comes with every toolchain. */
const GO_LICENCE = 'BSD-3-Clause';
const LICENCES_LIMIT = 1 << 24;

/** What the files of a build are made of. */
export class ContentParts {
  readonly #steps: ReadonlyMap<string, Step>;
  readonly #outputs: ReadonlyMap<string, StepOutputs>;
  readonly #store: Store;
  readonly #licences: ReadonlyMap<string, string>;
  readonly #components: ReadonlyMap<string, { readonly name: string; readonly version: string }>;
  readonly #infos = new Map<Sha256, Promise<GoBuildInfo | undefined>>();

  private constructor(
    plan: Plan,
    outputs: ReadonlyMap<string, StepOutputs>,
    store: Store,
    licences: ReadonlyMap<string, string>,
  ) {
    this.#steps = new Map(plan.steps.map((step) => [step.id, step]));
    this.#outputs = outputs;
    this.#store = store;
    this.#licences = licences;
    this.#components = new Map(
      plan.distro.components.flatMap((component) => component.binaries.map(({ ref }) => [refKey(ref), component])),
    );
  }

  /** @throws STORE_CORRUPT */
  static async open(plan: Plan, outputs: ReadonlyMap<string, StepOutputs>, store: Store): Promise<ContentParts> {
    const licences = new Map<string, string>();
    for (const step of plan.steps) {
      if (step.kind !== 'go-licences' && step.kind !== 'debian-licences') continue;
      const blob = await store.findBlob(blobOf(outputs, { step: step.id, output: 'licences' }));
      const text = Buffer.from(await collect(blob.read(), LICENCES_LIMIT)).toString();
      for (const entry of Object.entries(JSON.parse(text) as Record<string, string>)) licences.set(...entry);
    }
    return new ContentParts(plan, outputs, store, licences);
  }

  /** The parts of a file that another step made, which stands at a path in a package or an image. */
  async of(ref: ContentRef, path: string): Promise<FileParts> {
    const blob = blobOf(this.#outputs, ref);
    const component = this.#components.get(refKey(ref));
    const info = await this.#buildInfo(blob);
    const origins = this.#origins(ref.step);
    const modules = info === undefined ? [] : this.#modules(info);
    const dependsOn = [...modules, ...origins].map(({ id }) => id);
    const main = info?.main === undefined ? undefined : builtModule(info.main);
    const own: BomPart = {
      id: `file:${path}`,
      kind: component === undefined && info === undefined ? 'file' : 'program',
      name: path.slice(path.lastIndexOf('/') + 1),
      ...(component === undefined ? {} : { version: component.version }),
      ...(main === undefined || !isVersion(main) ? {} : { purl: goPurl(main.path, main.version, info?.path) }),
      sha256: blob.sha256,
      ...licenceOf(main === undefined ? this.#cLicence(ref.step) : this.#licences.get(nameOf(main))),
      file: path,
      ...(dependsOn.length === 0 ? {} : { dependsOn }),
    };
    return [own, ...modules, ...origins];
  }

  /** The part of a Debian package. */
  debian(step: DebianStep): BomPart {
    const { package: name, version, sha256 } = step;
    const purl = debianPurl(step);
    const licence = licenceOf(this.#licences.get(`${name}@${version}`));
    return { id: purl, kind: 'deb', name, version, purl, sha256, ...licence, supplier: 'Debian' };
  }

  /** A file is looked into once, whatever number of packages holds it. What cannot be read is no program of Go's. */
  #buildInfo(id: BlobId): Promise<GoBuildInfo | undefined> {
    const known = this.#infos.get(id.sha256);
    if (known !== undefined) return known;
    const info = this.#store
      .pathOf(id)
      .then((file) => withFileRanges(file, tryReadGoBuildInfo))
      .catch((error: unknown) => {
        if (error instanceof DistroError && error.code.startsWith('FORMAT_')) return undefined;
        throw error;
      });
    this.#infos.set(id.sha256, info);
    return info;
  }

  #modules(info: GoBuildInfo): readonly BomPart[] {
    const all = info.main === undefined ? info.dependencies : [info.main, ...info.dependencies];
    const library: BomPart = {
      id: goPurl('stdlib', info.go),
      kind: 'module',
      name: 'stdlib',
      version: info.go,
      purl: goPurl('stdlib', info.go),
      licence: GO_LICENCE,
    };
    return [
      ...all
        .map(builtModule)
        .filter(isVersion)
        .map((module) => this.#module(module)),
      library,
    ];
  }

  #module(module: GoModule): BomPart {
    const purl = goPurl(module.path, module.version);
    const sha256 = module.sum === undefined ? undefined : dirHash(module.sum);
    return {
      id: purl,
      kind: 'module',
      name: module.path,
      version: module.version,
      purl,
      ...(sha256 === undefined ? {} : { sha256 }),
      ...licenceOf(this.#licences.get(nameOf(module))),
    };
  }

  /** What a step's files come from, beside the modules that they name themselves. */
  #origins(stepId: string): readonly BomPart[] {
    const step = this.#steps.get(stepId);
    switch (step?.kind) {
      case 'extract':
        return this.#origins(step.archive.step);
      case 'c-build':
        return [this.#setModule(step.modules)];
      case 'go-build':
        return (step.cgo?.sysroot ?? []).flatMap((ref) => this.#origins(ref.step));
      case 'url': {
        const name = step.url.replace(/[?#].*$/, '').replace(/^.*\//, '');
        const qualifiers = { download_url: step.url, checksum: `sha256:${step.sha256}` };
        const purl = formatPurl({ type: 'generic', name: name === '' ? 'download' : name, qualifiers });
        return [{ id: purl, kind: 'file', name: name === '' ? 'download' : name, purl, sha256: step.sha256 }];
      }
      case 'debian':
        return [this.debian(step)];
      default:
        return [];
    }
  }

  /** A C program is of one module and has its licence. */
  #cLicence(stepId: string): string | undefined {
    const step = this.#steps.get(stepId);
    return step?.kind === 'c-build' ? this.#setModule(step.modules).licence : undefined;
  }

  #setModule({ module, version, sum }: GoModuleSet): BomPart {
    return this.#module({ path: module, version, sum });
  }
}

function refKey({ step, output }: ContentRef): string {
  return `${output} of ${step}`;
}

function nameOf({ path, version }: GoModule): string {
  return `${path}@${version}`;
}

/** A module that was built where it stands has no version that anyone could look up. */
function isVersion({ version }: GoModule): boolean {
  return /^v\d/.test(version);
}

function licenceOf(licence: string | undefined): Pick<BomPart, 'licence'> {
  return licence === undefined ? {} : { licence };
}
