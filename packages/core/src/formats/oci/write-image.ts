import type { ArchName } from '../../model/arch.ts';
import type { ImageSettings } from '../../model/image-settings.ts';
import { canonicalJson, compareText, type JsonObject } from '../../model/json.ts';
import type { LayerAbout, OciConfig, OciDescriptor, OciIndex, OciManifest } from './documents.ts';
import { CONFIG_TYPE, INDEX_TYPE, MANIFEST_TYPE } from './media-types.ts';
import { platformOf } from './platform.ts';

/** What an image configuration is made from. */
export interface ImageConfigOptions {
  readonly arch: ArchName;
  readonly settings: ImageSettings;
  /** From the lowest: the digest before compression, and what the history says of it. */
  readonly layers: readonly { readonly diffId: string; readonly createdBy: string }[];
  /** Seconds since 1970. */
  readonly date: number;
}

/** The bytes of an image configuration. */
export function imageConfig({ arch, settings, layers, date }: ImageConfigOptions): string {
  const created = new Date(date * 1000).toISOString().replace('.000Z', 'Z');
  const env = Object.entries(settings.env).sort(([a], [b]) => compareText(a, b));
  const config: OciConfig = {
    ...platformOf(arch),
    created,
    config: {
      User: settings.user,
      Env: env.map(([name, value]) => `${name}=${value}`),
      ...(settings.entrypoint.length === 0 ? {} : { Entrypoint: settings.entrypoint }),
      ...(settings.cmd.length === 0 ? {} : { Cmd: settings.cmd }),
      WorkingDir: settings.workingDir,
      ...(Object.keys(settings.labels).length === 0 ? {} : { Labels: settings.labels }),
    },
    rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
    history: layers.map(({ createdBy }) => ({ created, created_by: createdBy })),
  };
  return json(config);
}

/** Digest in hexadecimal and size of bytes that are kept. */
interface Kept {
  readonly sha256: string;
  readonly size: number;
}

/** The bytes of an image manifest. */
export function imageManifest(config: Kept, layers: readonly LayerAbout[]): string {
  const manifest: OciManifest = {
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    config: descriptorOf(CONFIG_TYPE, config),
    layers: layers.map(({ mediaType, digest, size }) => ({ mediaType, digest, size })),
  };
  return json(manifest);
}

/** The bytes of the index over an image's manifests. */
export function imageIndex(manifests: readonly (Kept & { readonly arch: ArchName })[]): string {
  const index: OciIndex = {
    schemaVersion: 2,
    mediaType: INDEX_TYPE,
    manifests: manifests.map(({ arch, ...kept }) => ({
      ...descriptorOf(MANIFEST_TYPE, kept),
      platform: platformOf(arch),
    })),
  };
  return json(index);
}

/** The descriptor of kept bytes. */
export function descriptorOf(mediaType: string, { sha256, size }: Kept): OciDescriptor {
  return { mediaType, digest: `sha256:${sha256}`, size };
}

/** Documents are plain data; their interfaces lack the index signature that the type asks for. */
function json(document: OciConfig | OciManifest | OciIndex): string {
  return canonicalJson(document as unknown as JsonObject);
}
