import { z } from 'zod';
import { DistroError } from '../../errors/distro-error.ts';
import type { OciConfig, OciDescriptor, OciIndex, OciManifest } from './documents.ts';
import { CONFIG_TYPE, INDEX_TYPE, LAYER_TYPES, MANIFEST_TYPE } from './media-types.ts';

/** Registries refuse larger manifests, and so do we; configurations are no larger either. */
export const DOCUMENT_LIMIT: number = 4 * 1024 ** 2;

/** More layers than runtimes can put on top of each other. */
const MAX_LAYERS = 127;
const MAX_MANIFESTS = 10_000;
const MAX_TEXT = 64 * 1024;

const text = z.string().max(MAX_TEXT);
const texts = z.array(text).max(MAX_MANIFESTS);
const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/, 'must be a sha256 digest');
const annotations = z.record(text, text);

const platform = z.object({ architecture: text.min(1), os: text.min(1), variant: text.exactOptional() });

const descriptor = (mediaType: z.ZodType<string>): z.ZodType<OciDescriptor> =>
  z.object({
    mediaType,
    digest,
    size: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
    platform: platform.exactOptional(),
    annotations: annotations.exactOptional(),
  });

const index: z.ZodType<OciIndex> = z.object({
  schemaVersion: z.literal(2),
  mediaType: z.literal(INDEX_TYPE),
  manifests: z.array(descriptor(text.min(1))).max(MAX_MANIFESTS),
  annotations: annotations.exactOptional(),
});

const manifest: z.ZodType<OciManifest> = z.object({
  schemaVersion: z.literal(2),
  mediaType: z.literal(MANIFEST_TYPE),
  config: descriptor(z.literal(CONFIG_TYPE)),
  layers: z
    .array(descriptor(z.enum(Object.values(LAYER_TYPES))))
    .min(1)
    .max(MAX_LAYERS),
  annotations: annotations.exactOptional(),
});

const referrer: z.ZodType<OciReferrer> = z.object({
  schemaVersion: z.literal(2),
  mediaType: z.literal(MANIFEST_TYPE),
  config: descriptor(text.min(1)),
  layers: z.array(descriptor(text.min(1))).max(MAX_LAYERS),
  subject: descriptor(text.min(1)).exactOptional(),
});

const config: z.ZodType<OciConfig> = z.object({
  architecture: text.min(1),
  os: text.min(1),
  variant: text.exactOptional(),
  created: z.iso.datetime(),
  config: z.object({
    User: text.exactOptional(),
    Env: texts.exactOptional(),
    Entrypoint: texts.exactOptional(),
    Cmd: texts.exactOptional(),
    WorkingDir: text.exactOptional(),
    Labels: annotations.exactOptional(),
  }),
  rootfs: z.object({ type: z.literal('layers'), diff_ids: z.array(digest).max(MAX_LAYERS) }),
  history: z.array(z.object({ created: z.iso.datetime(), created_by: text })).max(MAX_MANIFESTS),
});

const layout = z.object({ imageLayoutVersion: z.literal('1.0.0') });

/** Reads an index or the root of a layout. @param what - names it in errors @throws FORMAT_INVALID, FORMAT_LIMIT */
export function readIndex(bytes: Uint8Array, what: string): OciIndex {
  return read(bytes, index, what);
}

/** Reads an image manifest. @param what - names it in errors @throws FORMAT_INVALID, FORMAT_LIMIT */
export function readManifest(bytes: Uint8Array, what: string): OciManifest {
  return read(bytes, manifest, what);
}

/** A manifest that is no image but tells of one, such as a signature. */
export type OciReferrer = Pick<OciManifest, 'schemaVersion' | 'mediaType' | 'config' | 'layers'> & {
  /** What it tells of; absent where its tag says so. */
  readonly subject?: OciDescriptor;
};

/** Reads what refers to an image. @param what - names it in errors @throws FORMAT_INVALID, FORMAT_LIMIT */
export function readReferrer(bytes: Uint8Array, what: string): OciReferrer {
  return read(bytes, referrer, what);
}

/** Reads an image configuration. @param what - names it in errors @throws FORMAT_INVALID, FORMAT_LIMIT */
export function readConfig(bytes: Uint8Array, what: string): OciConfig {
  return read(bytes, config, what);
}

/** Checks the file that marks a layout. @param what - names it in errors @throws FORMAT_INVALID, FORMAT_LIMIT */
export function checkLayout(bytes: Uint8Array, what: string): void {
  read(bytes, layout, what);
}

function read<T>(bytes: Uint8Array, schema: z.ZodType<T>, what: string): T {
  if (bytes.length > DOCUMENT_LIMIT)
    throw new DistroError('FORMAT_LIMIT', `${what} is longer than ${DOCUMENT_LIMIT} bytes`);
  const { data, error } = schema.safeParse(parse(bytes, what));
  const [issue] = error?.issues ?? [];
  if (data !== undefined) return data;
  const place = issue?.path.map(String).join('.') ?? '';
  throw new DistroError(
    'FORMAT_INVALID',
    `${what}: ${place === '' ? '' : `${place}: `}${lower(issue?.message ?? 'is refused')}`,
  );
}

function parse(bytes: Uint8Array, what: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new DistroError('FORMAT_INVALID', `${what} is not JSON`, { cause });
  }
}

function lower(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1);
}
