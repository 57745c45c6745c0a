import type { LayerAbout } from '../formats/oci/documents.ts';
import { imageConfig, imageManifest } from '../formats/oci/write-image.ts';
import { collect } from '../model/bytes.ts';
import type { Runner } from './runner.ts';

/** What is said of a layer is a few hundred bytes. */
const ABOUT_LIMIT = 64 * 1024;

/** Writes the configuration and the manifest of an image for one architecture. */
export const runImage: Runner<'image'> = async ({ arch, settings, layers, date }, context) => {
  const found = await Promise.all(
    layers.map(async ({ about, createdBy }) => {
      const bytes = await collect((await context.input(about)).read(), ABOUT_LIMIT);
      return { ...(JSON.parse(Buffer.from(bytes).toString()) as LayerAbout), createdBy };
    }),
  );
  const config = await context.store.put(imageConfig({ arch, settings, layers: found, date }));
  return { config, manifest: await context.store.put(imageManifest(config, found)) };
};
