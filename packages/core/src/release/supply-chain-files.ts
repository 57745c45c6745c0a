import { hash } from 'node:crypto';
import { blobOf, type StepOutputs } from '../build/build-result.ts';
import { collect } from '../model/bytes.ts';
import { sha256Of, type Sha256 } from '../model/digest.ts';
import { canonicalJson, compareText, type Json, type JsonObject } from '../model/json.ts';
import type { ImageIndexStep, PackageStep, Plan, Step } from '../plan/document.ts';
import { RECIPES } from '../plan/keys.ts';
import { formatPlan } from '../plan/plan-file.ts';
import type { BlobId, Store } from '../store/store.ts';
import { IN_TOTO_TYPE, provenanceStatement } from '../supply-chain/provenance/statement.ts';
import type { DSSE_TYPE } from '../supply-chain/signing/dsse.ts';
import type { Bom, BomReference } from '../supply-chain/sbom/bom.ts';
import { cycloneDx, CYCLONEDX_TYPE } from '../supply-chain/sbom/cyclonedx.ts';
import { spdx, SPDX_TYPE } from '../supply-chain/sbom/spdx.ts';
import { ContentParts } from './content-parts.ts';
import type { ReleaseContent } from './contents.ts';
import { imageBom } from './image-bom.ts';
import { imagePlatforms, type ImagePlatform } from './image-platforms.ts';
import { createMaterials } from './materials.ts';
import { packageBom } from './package-bom.ts';
import { releaseBom } from './release-bom.ts';

/** A document about something of a release; its content is a blob of the store. */
export interface SupplyChainFile extends ReleaseContent {
  readonly mediaType: typeof CYCLONEDX_TYPE | typeof SPDX_TYPE | typeof IN_TOTO_TYPE | typeof DSSE_TYPE;
  /** What it is about: the sha256 of a package, or of an image's manifest; absent for the release as a whole. */
  readonly subject?: Sha256;
}

/** What {@link supplyChainFiles} takes. */
export interface SupplyChainOptions {
  readonly outputs: ReadonlyMap<string, StepOutputs>;
  readonly store: Store;
}

/** Part of the key of what is kept: counted up when other documents are made of the same release. */
const RECIPE = 2;

/**
 * The SBOMs of a release, of each of its packages and images, and the provenance of each: `sbom/<file>.cdx.json`,
 * `sbom/<file>.spdx.json` and `provenance/<file>.intoto.json` for `<file>` of the release, or
 * `images/<name>/<arch>` of an image; an
 * image's index has its provenance as `images/<name>/index`. Sorted by name. While a release stays the same they are found in the store.
 *
 * @throws STORE_CORRUPT, DISK_FULL
 */
export async function supplyChainFiles(plan: Plan, options: SupplyChainOptions): Promise<readonly SupplyChainFile[]> {
  const { store, outputs } = options;
  const planSha256 = sha256Of(formatPlan(plan));
  const made = [...outputs].map(([id, blobs]) => [
    id,
    Object.entries(blobs).map(([name, { sha256 }]) => [name, sha256]),
  ]);
  const keyed = canonicalJson({ recipe: RECIPE, plan: planSha256, made });
  const key = sha256Of(keyed);
  const known = await store.tryFindAction(key);
  if (known?.outputs[INDEX] !== undefined) return readIndex(known.outputs[INDEX], store);

  const documents = new Documents(plan, planSha256, options);
  const files = [...(await documents.make())].sort((a, b) => compareText(a.file, b.file));
  const index = await store.put(canonicalJson(files as unknown as Json));
  const blobs = files.map(({ file, sha256, size }) => [file, { sha256, size }] as const);
  await store.saveAction({
    key,
    keyed,
    stepId: INDEX,
    ms: 0,
    outputs: { ...Object.fromEntries(blobs), [INDEX]: index },
  });
  return files;
}

const INDEX = 'supply-chain';
const INDEX_LIMIT = 1 << 26;

async function readIndex(id: BlobId, store: Store): Promise<readonly SupplyChainFile[]> {
  const blob = await store.findBlob(id);
  return JSON.parse(Buffer.from(await collect(blob.read(), INDEX_LIMIT)).toString()) as readonly SupplyChainFile[];
}

/** Something that documents are about. */
interface Subject {
  /** What their names begin with, below `sbom/` and `provenance/`. */
  readonly file: string;
  /** What people call it. */
  readonly name: string;
  readonly sha256: Sha256;
  readonly step: Step;
  readonly path: string;
}

class Documents {
  readonly #plan: Plan;
  readonly #planSha256: Sha256;
  readonly #options: SupplyChainOptions;
  readonly #files: SupplyChainFile[] = [];

  constructor(plan: Plan, planSha256: Sha256, options: SupplyChainOptions) {
    this.#plan = plan;
    this.#planSha256 = planSha256;
    this.#options = options;
  }

  async make(): Promise<readonly SupplyChainFile[]> {
    const { distro, steps } = this.#plan;
    const { outputs, store } = this.#options;
    const contents = await ContentParts.open(this.#plan, outputs, store);
    const materials = createMaterials(this.#plan);
    const boms: { readonly bom: Bom; readonly document: BomReference }[] = [];
    const add = async (subject: Subject, bom: Bom): Promise<void> => {
      boms.push({ bom, document: await this.#boms(subject.file, bom, subject) });
      await this.#provenance(subject, materials(subject.step.id));
    };

    for (const step of steps.filter((candidate) => candidate.kind === 'package')) {
      const subject = packageSubject(step, outputs);
      await add(subject, await packageBom(step, subject.sha256, distro, contents));
    }
    for (const image of imagePlatforms(this.#plan, outputs)) {
      await add(imageSubject(image), await imageBom(image, distro, contents));
    }
    for (const step of steps.filter((candidate) => candidate.kind === 'image-index')) {
      await this.#provenance(indexSubject(step, distro.registry, outputs), materials(step.id));
    }
    await this.#boms('release', releaseBom(distro, boms));
    return this.#files;
  }

  /** Both SBOMs of a subject, and how the release's own refer to them. */
  async #boms(file: string, bom: Bom, subject?: Subject): Promise<BomReference> {
    const one = cycloneDx(bom);
    const other = spdx(bom);
    const otherText = documentText(other);
    await this.#add(`sbom/${file}.cdx.json`, documentText(one), CYCLONEDX_TYPE, subject);
    await this.#add(`sbom/${file}.spdx.json`, otherText, SPDX_TYPE, subject);
    return {
      serialNumber: one['serialNumber'] as string,
      namespace: other['documentNamespace'] as string,
      spdxSha1: hash('sha1', otherText),
    };
  }

  async #provenance(
    subject: Subject,
    materials: Parameters<typeof provenanceStatement>[0]['materials'],
  ): Promise<void> {
    const { name: distro, version, vendor } = this.#plan.distro;
    const { step } = subject;
    const statement = provenanceStatement({
      subjects: [{ name: subject.name, sha256: subject.sha256 }],
      builder: vendor.url,
      build: { distro, version, step: step.id, plan: this.#planSha256 },
      recipe: { kind: step.kind, version: RECIPES[step.kind] },
      materials,
    });
    await this.#add(`provenance/${subject.file}.intoto.json`, documentText(statement), IN_TOTO_TYPE, subject);
  }

  async #add(file: string, text: string, mediaType: SupplyChainFile['mediaType'], subject?: Subject): Promise<void> {
    const id = await this.#options.store.put(text);
    this.#files.push({
      file,
      path: subject?.path ?? this.#plan.distro.tree.path,
      ...(subject === undefined ? {} : { step: subject.step.id, subject: subject.sha256 }),
      mediaType,
      ...id,
    });
  }
}

/** On one line, as tools take it: these documents are as long as they are many. */
function documentText(document: JsonObject): string {
  return `${canonicalJson(document)}\n`;
}

function packageSubject(step: PackageStep, outputs: ReadonlyMap<string, StepOutputs>): Subject {
  const { sha256 } = blobOf(outputs, { step: step.id, output: 'package' });
  return { file: step.file, name: step.file.slice(step.file.lastIndexOf('/') + 1), sha256, step, path: step.path };
}

/** What a tag leads to first: who looks for the provenance of an image by its tag asks for that of its index. */
function indexSubject(step: ImageIndexStep, registry: string, outputs: ReadonlyMap<string, StepOutputs>): Subject {
  const { sha256 } = blobOf(outputs, { step: step.id, output: 'index' });
  const file = `images/${step.name}/index`;
  return { file, name: `${registry}/${step.name}`, sha256, step, path: step.path };
}

function imageSubject({ name, repository, arch, sha256, step }: ImagePlatform): Subject {
  return { file: `images/${name}/${arch}`, name: repository, sha256, step, path: step.path };
}
