import { z } from 'zod';
import { DistroError } from '../errors/distro-error.ts';
import { isDigest } from '../model/image-reference.ts';
import type { Descriptor } from './content.ts';
import { isIndexType, isManifestType } from './media-types.ts';

/** The largest manifest that is taken, in bytes: what registries allow. */
export const MAX_MANIFEST: number = 4 * 1024 * 1024;
/** More children than any manifest has. */
const MAX_CHILDREN = 10_000;

const text = z.string().max(4096);
const annotations = z.record(z.string(), z.string());

const descriptorSchema = z.object({
  mediaType: text.regex(
    /^[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*\/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*$/u,
    'must be a media type',
  ),
  digest: z.string().refine(isDigest, 'must be a sha256 or sha512 digest'),
  size: z.int().nonnegative(),
  artifactType: text.exactOptional(),
  annotations: annotations.exactOptional(),
  platform: z.object({ architecture: text, os: text, variant: text.exactOptional() }).exactOptional(),
});

const common = {
  schemaVersion: z.literal(2),
  mediaType: text.exactOptional(),
  artifactType: text.exactOptional(),
  subject: descriptorSchema.exactOptional(),
  annotations: annotations.exactOptional(),
};

const manifestSchema = z.object({
  ...common,
  config: descriptorSchema,
  layers: z.array(descriptorSchema).max(MAX_CHILDREN),
  manifests: z.undefined().optional(),
});

const indexSchema = z.object({
  ...common,
  manifests: z.array(descriptorSchema).max(MAX_CHILDREN),
  config: z.undefined().optional(),
  layers: z.undefined().optional(),
});

/** What a manifest says that matters for moving it. */
export interface ManifestLinks {
  /** What it is made of, each once: configuration and layers, or the manifests of an index. */
  readonly children: readonly Descriptor[];
  /** The manifest that it refers to. */
  readonly subject?: Descriptor;
  /** What its entry among the referrers of its subject says that it is. */
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/**
 * Reads a manifest or index strictly: its own media type is the one it was announced with, and it is not both at once.
 *
 * @throws FORMAT_INVALID
 */
export function parseManifest(bytes: Uint8Array, mediaType: string, what: string): ManifestLinks {
  if (!isManifestType(mediaType)) throw invalid(what, `${mediaType} is not the media type of a manifest`);
  const value = jsonOf(bytes, what);
  if (isIndexType(mediaType)) {
    const index = checked(indexSchema, { value, mediaType, what });
    return links(index, index.manifests, index.artifactType);
  }
  const manifest = checked(manifestSchema, { value, mediaType, what });
  const { config, layers } = manifest;
  return links(manifest, [config, ...layers], manifest.artifactType ?? config.mediaType);
}

/** The manifests of an index. @throws FORMAT_INVALID */
export function parseIndex(bytes: Uint8Array, mediaType: string, what: string): readonly Descriptor[] {
  return checkIndex(jsonOf(bytes, what), mediaType, what);
}

/** The manifests of an index that was parsed as JSON. @throws FORMAT_INVALID */
export function checkIndex(value: unknown, mediaType: string, what: string): readonly Descriptor[] {
  if (!isIndexType(mediaType)) throw invalid(what, `${mediaType} is not the media type of an index`);
  return checked(indexSchema, { value, mediaType, what }).manifests;
}

function links(
  { subject, annotations: notes }: { readonly subject?: Descriptor; readonly annotations?: Record<string, string> },
  children: readonly Descriptor[],
  artifactType: string | undefined,
): ManifestLinks {
  const unique = new Map(children.map((child) => [child.digest, child]));
  return {
    children: [...unique.values()],
    ...(subject === undefined ? {} : { subject }),
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(notes === undefined ? {} : { annotations: notes }),
  };
}

interface Announced {
  readonly value: unknown;
  readonly mediaType: string;
  readonly what: string;
}

function checked<T extends { mediaType?: string }>(schema: z.ZodType<T>, { value, mediaType, what }: Announced): T {
  const result = schema.safeParse(value);
  if (!result.success) {
    const issue = result.error.issues[0];
    throw invalid(what, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'does not match its schema'}`);
  }
  const own = result.data.mediaType;
  if (own !== undefined && own !== mediaType) throw invalid(what, `it says ${own}, but is announced as ${mediaType}`);
  return result.data;
}

function jsonOf(bytes: Uint8Array, what: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw invalid(what, 'it is no JSON');
  }
}

function invalid(what: string, why: string): DistroError {
  return new DistroError('FORMAT_INVALID', `${what} is not a valid manifest: ${why}`);
}
