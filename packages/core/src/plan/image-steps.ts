import type { Problem } from '../errors/distro-error.ts';
import { layerProblems } from '../formats/oci/layer-entries.ts';
import type { ArchName } from '../model/arch.ts';
import { imagePlaceholder } from '../model/image-placeholder.ts';
import { canonicalJson, type Json } from '../model/json.ts';
import type { Sha256 } from '../model/digest.ts';
import type { ContentRef } from '../model/package-spec.ts';
import type { ImageRequest, LayerRequest } from './builder.ts';
import { isReference } from './references.ts';
import type { StepList } from './step-list.ts';

/** What {@link ImageSteps} works with. */
export interface ImageStepsOptions {
  /** Seconds since 1970. */
  readonly date: number;
  readonly steps: StepList;
  readonly problem: (problem: Problem) => void;
}

/** Turns images into steps: equal layers are one step, whichever images they belong to. */
export class ImageSteps {
  readonly #options: ImageStepsOptions;
  readonly #indexes = new Map<Sha256, ContentRef>();

  constructor(options: ImageStepsOptions) {
    this.#options = options;
  }

  /** The output that is each image's digest, by the placeholder that stands for it. */
  get indexes(): ReadonlyMap<Sha256, ContentRef> {
    return this.#indexes;
  }

  add(path: string, { name, tag, compression, platforms }: ImageRequest): void {
    const { steps, date } = this.#options;
    const title = `${name}:${tag}`;
    const owner = steps.tryFind(`image-index ${title}`);
    if (owner !== undefined) {
      const message = `the image ${title} is made by ${owner.path} too`;
      this.#options.problem({ code: 'NAME_DUPLICATE', path, message, hint: 'give one of them another name or tag' });
      return;
    }
    const manifests = platforms.map(({ arch, settings, layers }) => {
      const found = layers.map((layer) => ({
        about: { step: this.#layer(path, layerTitle(layer, arch), layer, compression), output: 'about' },
        createdBy: layer.title,
      }));
      const outputs = ['config', 'manifest'];
      const id = `image ${title} ${arch}`;
      const step = steps.add({ kind: 'image', id, path, outputs, arch, settings, layers: found, date });
      return { arch, ref: { step, output: 'manifest' } };
    });
    const id = `image-index ${title}`;
    const step = steps.add({ kind: 'image-index', id, path, outputs: ['index'], name, tag, manifests });
    this.#indexes.set(imagePlaceholder(name, tag), { step, output: 'index' });
  }

  #layer(path: string, title: string, request: LayerRequest, compression: 'gzip' | 'zstd'): string {
    const { steps, date } = this.#options;
    const { entries, packages = [] } = request;
    for (const problem of layerProblems(entries)) this.#options.problem({ ...problem, path });
    const variant = canonicalJson({ entries, packages, compression } as unknown as Json);
    return steps.addVariant(
      { kind: 'layer', id: `layer ${title}`, path, outputs: ['layer', 'about'], compression, packages, entries, date },
      variant,
    );
  }
}

/** A layer of nothing but texts is the same for every architecture, and is made once. */
function layerTitle({ title, entries, packages = [] }: LayerRequest, arch: ArchName): string {
  const isOfArch = packages.length > 0 || entries.some((entry) => entry.type === 'file' && isReference(entry.content));
  return isOfArch ? `${title} ${arch}` : title;
}
