import semver from 'semver';
import { z } from 'zod';
import { sourceProblems } from '../model/source-problems.ts';
import type { SigningPolicy } from '../model/signing-policy.ts';
import type { FileSource, Source } from '../model/source.ts';

/** An upstream version: semver without a leading `v`. */
export const versionSchema: z.ZodType<string> = z
  .string()
  .refine((text) => semver.valid(text) === text, 'must be a version such as 1.36.3, without a leading v');

/** One line of text without control characters. */
export const lineSchema: z.ZodType<string> = z
  .string()
  .min(1, 'must not be empty')
  .refine((text) => !/\p{Cc}/u.test(text), 'must be one line without control characters');

/** A name that Kubernetes, Debian and rpm all take: lower-case letters, digits and `-`. */
export const nameSchema: z.ZodType<string> = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/,
    'must be lower-case letters, digits and -, and start and end with one of the former',
  )
  .max(63);

/** A declared source, made by one of the factories; what is wrong with it keeps its own code. */
export const sourceSchema: z.ZodType<Source> = z
  .custom<Source>(isSource, 'must be a source, such as goModule(…), url(…), file(…) or debian(…)')
  .superRefine((source, context) => {
    for (const { code, message, hint } of isSource(source) ? sourceProblems(source) : []) {
      context.addIssue({ code: 'custom', message, params: { code, hint } });
    }
  });

function isSource(value: unknown): value is Source {
  return typeof value === 'object' && value !== null && SOURCE_KINDS.has((value as { kind?: unknown }).kind);
}

const SOURCE_KINDS: ReadonlySet<unknown> = new Set(['go-module', 'c-program', 'url', 'file', 'debian']);

/** The keys of a distribution. */
export const signingSchema: z.ZodType<SigningPolicy> = z.strictObject({
  certificates: z
    .array(
      z.strictObject({
        certificate: sourceSchema.refine(
          ({ kind }) => kind === 'file',
          'must be a file beside the program: file(…)',
        ) as unknown as z.ZodType<FileSource>,
        from: z.iso.date().exactOptional(),
        until: z.iso.date().exactOptional(),
      }),
    )
    .min(1)
    .max(20)
    .readonly(),
  margin: z.number().int().min(0).max(3650).exactOptional(),
});

/** A semver range. */
export const rangeSchema: z.ZodType<string> = z
  .string()
  .refine((text) => semver.validRange(text) !== null, 'must be a semver range such as >=1.34 <1.37');

/** An http or https address. */
export const addressSchema: z.ZodType<string> = z.url({
  protocol: /^https?$/,
  error: 'must be an http or https address',
});
