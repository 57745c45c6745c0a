import { randomBytes } from 'node:crypto';
import { bytesSource } from '../../packages/core/src/model/bytes.ts';
import { sha256Of } from '../../packages/core/src/model/digest.ts';
import type { ContentSink, Descriptor, OciBlob } from '../../packages/core/src/registry/content.ts';

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const INDEX = 'application/vnd.oci.image.index.v1+json';
const LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip';

/** Content with its descriptor. */
export interface Made {
  readonly descriptor: Descriptor;
  readonly content: OciBlob;
}

/** Content of any type. */
export function made(mediaType: string, bytes: Uint8Array | string): Made {
  const content = bytesSource(bytes);
  return { content, descriptor: { mediaType, digest: `sha256:${sha256Of(bytes)}`, size: content.size } };
}

/** A layer of random bytes. */
export function randomLayer(size: number): Made {
  return made(LAYER, randomBytes(size));
}

/** What {@link writeImage} makes an image of. */
export interface TestImage {
  readonly layers: readonly Made[];
  readonly subject?: Descriptor;
  readonly artifactType?: string;
}

/** Writes an image, or an artifact that refers to one. */
export async function writeImage(sink: ContentSink, image: TestImage): Promise<Made> {
  const { layers, subject, artifactType } = image;
  const config = made(
    'application/vnd.oci.image.config.v1+json',
    '{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]}}',
  );
  for (const { descriptor, content } of [config, ...layers]) {
    if (!(await sink.has(descriptor))) await sink.write(descriptor, content);
  }
  const document = {
    schemaVersion: 2,
    mediaType: MANIFEST,
    artifactType,
    config: config.descriptor,
    layers: layers.map(({ descriptor }) => descriptor),
    subject,
  };
  const manifest = made(MANIFEST, JSON.stringify(document));
  await sink.write(manifest.descriptor, manifest.content);
  return manifest;
}

/** Writes an index under a tag. */
export async function writeIndex(sink: ContentSink, tag: string, manifests: readonly Made[]): Promise<Made> {
  const entries = manifests.map(({ descriptor }, number) => ({
    ...descriptor,
    platform: { os: 'linux', architecture: ['amd64', 'arm64', 'ppc64le', 's390x'][number % 4] },
  }));
  const index = made(INDEX, JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: entries }));
  await sink.writeTagged(tag, index.descriptor, index.content);
  return index;
}
