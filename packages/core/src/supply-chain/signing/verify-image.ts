import { z } from 'zod';
import { DistroError } from '../../errors/distro-error.ts';
import { sha256Of } from '../../model/digest.ts';
import { isSignedBy, readPublicKey } from './public-key.ts';
import { PAYLOAD_TYPE, SIGNATURE_ANNOTATION, SIMPLE_SIGNING_TYPE } from './sign-image.ts';

/** What {@link verifyImage} takes. */
export interface VerifyImageOptions {
  /** The digest of the image or index that is to be signed: `sha256:…`. */
  readonly digest: string;
  /** The repository that the signature is for. @default any */
  readonly repository?: string;
  /** The keys that are trusted, as PEM (SPKI). */
  readonly publicKeys: readonly string[];
  /** A blob of the signature's manifest, by its digest; at most 64 KiB are asked for. */
  readonly blob: (digest: string) => Promise<Uint8Array | undefined>;
}

const MANIFEST_LIMIT = 1 << 20;
const PAYLOAD_LIMIT = 64 << 10;
const LAYERS_MAX = 100;

const manifestSchema = z.object({
  layers: z
    .array(
      z.object({
        mediaType: z.string(),
        digest: z.string().regex(/^sha256:[0-9a-f]{64}$/u),
        size: z.number().int().min(0).max(PAYLOAD_LIMIT),
        annotations: z.record(z.string(), z.string()).default({}),
      }),
    )
    .min(1)
    .max(LAYERS_MAX),
});

const payloadSchema = z.object({
  critical: z.object({
    identity: z.object({ 'docker-reference': z.string() }),
    image: z.object({ 'docker-manifest-digest': z.string() }),
    type: z.literal(PAYLOAD_TYPE),
  }),
});

type Layer = z.infer<typeof manifestSchema>['layers'][number];

/**
 * Checks that one of the signatures in a manifest is by a trusted key and for the image, without a network. Keyless
 * signatures, which depend on who is trusted to know identities, are left to `cosign verify`.
 *
 * @throws `SIGNATURE_INVALID` with the reason; `KEY_INVALID`, `KEY_REFUSED` for a public key
 */
export async function verifyImage(manifest: Uint8Array, options: VerifyImageOptions): Promise<void> {
  if (manifest.length > MANIFEST_LIMIT) throw invalid(options.digest, `its manifest has ${manifest.length} bytes`);
  const parsed = manifestSchema.safeParse(tryJson(manifest));
  if (!parsed.success) throw invalid(options.digest, 'its manifest is not one');
  const keys = options.publicKeys.map(readPublicKey);
  let reason = 'there is none';
  for (const layer of parsed.data.layers) {
    if (layer.mediaType !== SIMPLE_SIGNING_TYPE) continue;
    const payload = await options.blob(layer.digest);
    const found = whyNot(layer, payload, keys, options);
    if (found === undefined) return;
    reason = found;
  }
  throw invalid(options.digest, reason);
}

function whyNot(
  { digest, annotations }: Layer,
  payload: Uint8Array | undefined,
  keys: readonly ReturnType<typeof readPublicKey>[],
  options: VerifyImageOptions,
): string | undefined {
  if (payload === undefined) return `its blob ${digest} is missing`;
  if (payload.length > PAYLOAD_LIMIT || `sha256:${sha256Of(payload)}` !== digest) return `its blob is not ${digest}`;
  const signature = new Uint8Array(Buffer.from(annotations[SIGNATURE_ANNOTATION] ?? '', 'base64'));
  if (!keys.some((key) => isSignedBy(key, payload, signature))) return 'it is by no trusted key';
  const parsed = payloadSchema.safeParse(tryJson(payload));
  if (!parsed.success) return 'what is signed says nothing about an image';
  const { image, identity } = parsed.data.critical;
  const signed = image['docker-manifest-digest'];
  if (signed !== options.digest) return `it is for ${signed}`;
  const repository = identity['docker-reference'];
  if (options.repository !== undefined && repository !== options.repository) return `it is for ${repository}`;
  return undefined;
}

function tryJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

function invalid(digest: string, reason: string): DistroError {
  return new DistroError('SIGNATURE_INVALID', `the signature of the image ${digest} does not verify: ${reason}`);
}
