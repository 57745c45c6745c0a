import { canonicalJson, compareText, type JsonObject } from '../../model/json.ts';
import type { OciDescriptor, OciIndex } from './documents.ts';
import { INDEX_TYPE } from './media-types.ts';

/** The file that marks a layout, and its content. See image-layout.md of the image specification. */
export const LAYOUT_FILE = 'oci-layout';
/** The version of the layout. */
export const LAYOUT_TEXT: string = canonicalJson({ imageLayoutVersion: '1.0.0' });
/** The root of a layout. */
export const LAYOUT_INDEX = 'index.json';

/** What an image of a layout is called; the second is what containerd takes as the name of an image it imports. */
export const REF_NAME = 'org.opencontainers.image.ref.name';
/** See {@link REF_NAME}. */
export const CONTAINERD_NAME = 'io.containerd.image.name';

/** Where a layout keeps a blob, by its sha256. */
export function blobFile(sha256: string): string {
  return `blobs/sha256/${sha256}`;
}

/**
 * The text of a layout's `index.json`: images by their full references, sorted, and behind them what refers to them,
 * which readers find by its subject.
 */
export function layoutIndex(
  images: readonly { readonly reference: string; readonly descriptor: OciDescriptor }[],
  referrers: readonly OciDescriptor[] = [],
): string {
  const named = images
    .toSorted((a, b) => compareText(a.reference, b.reference))
    .map(({ reference, descriptor }) => ({
      ...descriptor,
      annotations: { [CONTAINERD_NAME]: reference, [REF_NAME]: reference },
    }));
  const others = referrers.toSorted((a, b) => compareText(a.digest, b.digest));
  const index: OciIndex = { schemaVersion: 2, mediaType: INDEX_TYPE, manifests: [...named, ...others] };
  return canonicalJson(index as unknown as JsonObject);
}
