import { blobOf, type StepOutputs } from '../build/build-result.ts';
import { INDEX_TYPE } from '../formats/oci/media-types.ts';
import { blobFile, LAYOUT_FILE, LAYOUT_INDEX, LAYOUT_TEXT, layoutIndex } from '../formats/oci/layout.ts';
import type { OciDescriptor } from '../formats/oci/documents.ts';
import { descriptorOf } from '../formats/oci/write-image.ts';
import { sha256Of } from '../model/digest.ts';
import { commonPath } from '../plan/common-path.ts';
import type { ImageIndexStep, ImageStep, Plan } from '../plan/document.ts';
import type { ContentRef } from '../model/package-spec.ts';
import type { ReleaseContent } from './contents.ts';

/** The directory of a release that is the OCI layout of all its images. */
export const IMAGES = 'images';

/** The full reference of an image without its digest: `registry.harbor.example/coredns:v1.14.2`. */
export function imageName(registry: string, { name, tag }: { readonly name: string; readonly tag: string }): string {
  return `${registry}/${name}:${tag}`;
}

/** What is attached to images: signatures, SBOMs, provenance. */
export interface AttachedContents {
  readonly manifests: readonly OciDescriptor[];
  /** The blobs that they are made of, the manifests among them. */
  readonly contents: readonly ReleaseContent[];
}

/** The layout of all images: each blob once, with the nearest construct that all images which share it have in common. */
export function imageContents(
  plan: Plan,
  outputs: ReadonlyMap<string, StepOutputs>,
  attached: AttachedContents = { manifests: [], contents: [] },
): readonly ReleaseContent[] {
  const indexes = plan.steps.filter((step) => step.kind === 'image-index');
  if (indexes.length === 0) return [];
  const contents = new Map<string, ReleaseContent>();
  for (const step of indexes) {
    for (const ref of imageBlobs(plan, step)) {
      const blob = blobOf(outputs, ref);
      const file = fileOf(blob.sha256);
      const path = commonPath(contents.get(file)?.path ?? step.path, step.path);
      contents.set(file, { file, path, step: ref.step, ...blob });
    }
  }
  for (const content of attached.contents) {
    const path = commonPath(contents.get(content.file)?.path ?? content.path, content.path);
    contents.set(content.file, { ...content, path });
  }
  const index = layoutIndex(
    indexes.map((step) => ({
      reference: imageName(plan.distro.registry, step),
      descriptor: descriptorOf(INDEX_TYPE, blobOf(outputs, { step: step.id, output: 'index' })),
    })),
    attached.manifests,
  );
  const root = plan.distro.tree.path;
  return [...contents.values(), text(LAYOUT_FILE, root, LAYOUT_TEXT), text(LAYOUT_INDEX, root, index)];
}

/** The files of one image in the layout, sorted. */
export function imageFiles(
  plan: Plan,
  step: ImageIndexStep,
  outputs: ReadonlyMap<string, StepOutputs>,
): readonly string[] {
  return [...new Set(imageBlobs(plan, step).map((ref) => fileOf(blobOf(outputs, ref).sha256)))].sort();
}

/** Everything that an image is made of: its index, and of each architecture manifest, configuration and layers. */
function imageBlobs(plan: Plan, index: ImageIndexStep): readonly ContentRef[] {
  const wanted = new Set(index.manifests.map(({ ref }) => ref.step));
  const images = plan.steps.filter((step): step is ImageStep => step.kind === 'image' && wanted.has(step.id));
  return [
    { step: index.id, output: 'index' },
    ...images.flatMap(({ id, layers }) => [
      ...['manifest', 'config'].map((output) => ({ step: id, output })),
      ...layers.map(({ about }) => ({ step: about.step, output: 'layer' })),
    ]),
  ];
}

function fileOf(sha256: string): string {
  return `${IMAGES}/${blobFile(sha256)}`;
}

function text(name: string, path: string, content: string): ReleaseContent {
  return {
    file: `${IMAGES}/${name}`,
    path,
    text: content,
    sha256: sha256Of(content),
    size: Buffer.byteLength(content),
  };
}
