import { z } from 'zod';
import { ARCH_NAMES, type ArchName } from '../model/arch.ts';
import type { JsonObject } from '../model/json.ts';

// What the schemas of plan, tree and release share. Patterns rather than functions, so that the JSON schemas have them.

/** A sha256 in lower-case hexadecimal. */
export const sha256: z.ZodType<string> = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'must be a sha256 in lower-case hexadecimal');

/** A length in bytes. */
export const size: z.ZodType<number> = z.number().int().min(0);

/** A text that is not empty. */
export const text: z.ZodType<string> = z.string().min(1);

/** The path of a file inside the release: relative, normal, without control characters. */
export const releaseFile: z.ZodType<string> = z
  .string()
  .regex(
    /^(?!\.{1,2}(?:\/|$))[^/\u0000-\u001f\u007f]+(?:\/(?!\.{1,2}(?:\/|$))[^/\u0000-\u001f\u007f]+)*$/,
    'must be a normal relative path',
  );

/** A moment in UTC to the second. */
export const moment: z.ZodType<string> = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, 'must be a time like 2026-11-21T00:00:00Z');

/** An architecture by its Go name. */
export const archName: z.ZodType<ArchName> = z.enum(ARCH_NAMES);

/** A JSON object. Parsed from JSON, it needs no look inside, which for ten thousand manifests would take seconds. */
export const jsonObject: z.ZodType<JsonObject> = z.record(z.string(), z.unknown()) as unknown as z.ZodType<JsonObject>;

/** Text to text. */
export const textMap: z.ZodType<Readonly<Record<string, string>>> = z.record(z.string(), z.string());

/** Who makes the distribution. */
export const vendor: z.ZodType<{ readonly name: string; readonly email: string; readonly url: string }> =
  z.strictObject({ name: text, email: text, url: text });

/** An architecture of the distribution. */
export const arch: z.ZodType<{ readonly name: ArchName; readonly tier: number; readonly path: string }> =
  z.strictObject({ name: archName, tier: z.number().int(), path: text });

/** A driver of the distribution. */
export const driver: z.ZodType<{
  readonly name: string;
  readonly kind: string;
  readonly version: string;
  readonly path: string;
}> = z.strictObject({ name: text, kind: text, version: z.string(), path: text });
