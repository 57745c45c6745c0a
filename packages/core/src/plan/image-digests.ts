import type { Problem } from '../errors/distro-error.ts';
import { findPlaceholders, replacePlaceholders } from '../model/image-placeholder.ts';
import type { ContentRef } from '../model/package-spec.ts';
import type { BlobId } from '../store/store.ts';
import type { Step } from './document.ts';

/** A step whose texts name images by the digests that were built: what its runner is given. */
export function withDigests<S extends Step>(step: S, inputs: (ref: ContentRef) => BlobId): S {
  const { images, ...texts } = step;
  if (images === undefined) return step;
  return replacePlaceholders(texts, (placeholder) => {
    const ref = images[placeholder];
    if (ref === undefined) throw new TypeError(`${step.id} names an image that nothing makes`);
    return inputs(ref).sha256;
  }) as unknown as S;
}

/** The images that a step names and that its `images` do not lead to. */
export function unknownImages(step: Step): readonly Problem[] {
  const { id, path, images = {}, ...texts } = step;
  return [...findPlaceholders(texts)]
    .filter(([placeholder]) => !Object.hasOwn(images, placeholder))
    .map(([, reference]) => ({
      code: 'REFERENCE_UNKNOWN',
      path,
      message: `${id} names the image ${reference}, which the distribution does not build`,
      hint: 'add the image, or name the image of another registry in full',
    }));
}
