import { z } from 'zod';
import type { ContentRef, PackageContent, PackageSpec } from '../model/package-spec.ts';
import { archName, text } from './schema-parts.ts';

/** A reference to the output of another step. */
export const contentRef: z.ZodType<ContentRef> = z.strictObject({ step: text, output: text });

/** A file's content. */
export const content: z.ZodType<PackageContent> = z.union([
  z.strictObject({ text: z.string() }),
  z.strictObject({ base64: z.base64() }),
  contentRef,
]);

const entry = {
  path: text,
  mode: z.number().int().min(0).max(0o7777),
  owner: text,
  group: text,
};

const file = z.discriminatedUnion('type', [
  z.strictObject({
    ...entry,
    type: z.literal('file'),
    content,
    config: z.enum(['noreplace', 'replace']).exactOptional(),
    capabilities: z.string().exactOptional(),
    role: z.enum(['doc', 'license']).exactOptional(),
  }),
  z.strictObject({ ...entry, type: z.literal('directory') }),
  z.strictObject({ ...entry, type: z.literal('symlink'), target: text }),
  z.strictObject({ ...entry, type: z.literal('ghost') }),
]);

const relations = z.strictObject({
  depends: z.array(text).exactOptional(),
  preDepends: z.array(text).exactOptional(),
  recommends: z.array(text).exactOptional(),
  suggests: z.array(text).exactOptional(),
  provides: z.array(text).exactOptional(),
  conflicts: z.array(text).exactOptional(),
  breaks: z.array(text).exactOptional(),
  replaces: z.array(text).exactOptional(),
});

const scripts = z.strictObject({
  preInstall: z.string().exactOptional(),
  postInstall: z.string().exactOptional(),
  preRemove: z.string().exactOptional(),
  postRemove: z.string().exactOptional(),
});

const override = z.strictObject({
  tool: z.enum(['lintian', 'rpmlint']),
  tag: text,
  context: z.string().exactOptional(),
  reason: text,
});

const changelogEntry = z.strictObject({
  version: text,
  date: z.number().int(),
  author: text,
  changes: z.array(z.string()),
});

/** The schema of a package in the plan. */
export const packageSchema: z.ZodType<PackageSpec> = z.strictObject({
  name: text,
  version: text,
  release: text,
  epoch: z.number().int().min(0).exactOptional(),
  arch: z.union([archName, z.literal('all')]),
  summary: z.string(),
  description: z.string(),
  license: z.string(),
  homepage: z.string(),
  vendor: z.string(),
  maintainer: z.string(),
  section: z.string(),
  relations,
  files: z.array(file),
  scripts,
  units: z.array(z.strictObject({ name: text, text: z.string(), enable: z.boolean(), start: z.boolean() })),
  sysusers: z.array(z.string()),
  tmpfiles: z.array(z.string()),
  changelog: z.array(changelogEntry),
  copyright: z.string(),
  overrides: z.array(override),
  date: z.number().int(),
});
