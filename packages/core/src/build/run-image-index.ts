import { imageIndex } from '../formats/oci/write-image.ts';
import type { Runner } from './runner.ts';

/** Writes the index over an image's architectures. */
export const runImageIndex: Runner<'image-index'> = async ({ manifests }, context) => {
  const found = await Promise.all(
    manifests.map(async ({ arch, ref }) => {
      const { sha256, size } = await context.input(ref);
      return { arch, sha256, size };
    }),
  );
  return { index: await context.store.put(imageIndex(found)) };
};
