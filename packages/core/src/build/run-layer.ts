import { createHash } from 'node:crypto';
import { compress } from '../formats/compress.ts';
import { debianLayer } from '../formats/rootfs/debian-layer.ts';
import type { LayerAbout } from '../formats/oci/documents.ts';
import { LAYER_TYPES } from '../formats/oci/media-types.ts';
import { layerSize, writeLayer } from '../formats/oci/write-layer.ts';
import type { ByteSource } from '../model/bytes.ts';
import { canonicalJson, type JsonObject } from '../model/json.ts';
import type { LayerEntry } from '../model/layer-entry.ts';
import type { LayerStep } from '../plan/document.ts';
import { bytesOf, stopOn } from './content-bytes.ts';
import { unxz } from './decode.ts';
import type { RunContext, Runner } from './runner.ts';

/**
 * Writes a layer into the store, compressed, and what images have to say of it.
 *
 * @throws PATH_INVALID, FILE_COLLISION, FORMAT_LIMIT; DISK_FULL, PERMISSION_DENIED
 */
export const runLayer: Runner<'layer'> = async (step, context) => {
  const { store, signal } = context;
  const { compression, date } = step;
  const entries = await entriesOf(step, context);
  const hash = createHash('sha256');
  const archive = hashed(stopOn(signal, writeLayer(entries, date)), hash);
  const layer = await store.put(compress(archive, { compression, size: layerSize(entries) }));
  const about: LayerAbout = {
    mediaType: LAYER_TYPES[compression],
    digest: `sha256:${layer.sha256}`,
    size: layer.size,
    diffId: `sha256:${hash.digest('hex')}`,
  };
  return { layer, about: await store.put(canonicalJson(about as unknown as JsonObject)) };
};

/** What is declared takes the place of what a Debian package has there. */
async function entriesOf(
  { packages, entries: declared }: LayerStep,
  context: RunContext,
): Promise<readonly LayerEntry<ByteSource>[]> {
  const own = await Promise.all(declared.map((entry) => withBytes(entry, context)));
  if (packages.length === 0) return own;
  const { store, signal } = context;
  const unpacked = await debianLayer(
    await Promise.all(packages.map(async (ref) => ({ what: ref.step, source: await context.input(ref) }))),
    {
      keep: async (content) => store.findBlob(await store.put(stopOn(signal, content))),
      decompressors: { xz: (input) => unxz(input, 'a Debian package', signal) },
    },
  );
  const paths = new Set(own.map(({ path }) => path));
  return [...unpacked.filter(({ path }) => !paths.has(path)), ...own];
}

async function withBytes(entry: LayerEntry, context: RunContext): Promise<LayerEntry<ByteSource>> {
  return entry.type === 'file' ? { ...entry, content: await bytesOf(entry.content, context) } : entry;
}

async function* hashed(
  bytes: AsyncIterable<Uint8Array>,
  hash: ReturnType<typeof createHash>,
): AsyncGenerator<Uint8Array, void> {
  for await (const chunk of bytes) {
    hash.update(chunk);
    yield chunk;
  }
}
