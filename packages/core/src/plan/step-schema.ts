import { z } from 'zod';
import type { Step } from './document.ts';
import { layerEntry } from './layer-schema.ts';
import { contentRef, packageSchema } from './package-schema.ts';
import { archName, jsonObject, releaseFile, sha256, size, text, textMap } from './schema-parts.ts';

const base = {
  id: text,
  path: text,
  outputs: z.array(text).min(1),
  images: z.record(sha256, contentRef).exactOptional(),
};
const bytes = { sha256, size };

const modules = z.strictObject({
  module: text,
  version: text,
  sum: z.string().startsWith('h1:'),
  goMod: z.string(),
  goSum: z.string(),
});

const compiler = { zig: text, target: text, cflags: z.array(z.string()) };

const file = z.strictObject({ ...base, ...bytes, kind: z.literal('file'), file: text });

const url = z.strictObject({ ...base, ...bytes, kind: z.literal('url'), url: text });

const debian = z.strictObject({
  ...base,
  ...bytes,
  kind: z.literal('debian'),
  package: text,
  version: text,
  arch: text,
  suite: text,
  component: text,
  mirror: z.string().exactOptional(),
  keyring: z.string().exactOptional(),
  filename: text,
});

const extract = z.strictObject({
  ...base,
  kind: z.literal('extract'),
  archive: contentRef,
  format: z.enum(['deb', 'tar']),
  members: textMap,
});

const goBuild = z.strictObject({
  ...base,
  kind: z.literal('go-build'),
  go: text,
  arch: archName,
  modules,
  commands: textMap,
  tags: z.array(z.string()),
  variables: textMap,
  cgo: z.strictObject({ ...compiler, sysroot: z.array(contentRef), ldflags: z.array(z.string()) }).exactOptional(),
  patches: z.array(contentRef),
});

const cBuild = z.strictObject({
  ...base,
  kind: z.literal('c-build'),
  go: text,
  arch: archName,
  modules,
  files: z.array(text),
  compiler: z.strictObject(compiler),
  patches: z.array(contentRef),
});

const goLicences = z.strictObject({
  ...base,
  kind: z.literal('go-licences'),
  module: text,
  version: text,
  programs: z.array(contentRef),
});

const debianLicences = z.strictObject({
  ...base,
  kind: z.literal('debian-licences'),
  packages: z.array(z.strictObject({ name: text, version: text, content: contentRef })),
});

const packaged = z.strictObject({
  ...base,
  kind: z.literal('package'),
  format: z.enum(['deb', 'rpm']),
  compression: z.enum(['gzip', 'zstd']),
  spec: packageSchema,
  file: releaseFile,
  component: z.string().exactOptional(),
});

const layer = z.strictObject({
  ...base,
  kind: z.literal('layer'),
  compression: z.enum(['gzip', 'zstd']),
  packages: z.array(contentRef),
  entries: z.array(layerEntry),
  date: z.number().int(),
});

const image = z.strictObject({
  ...base,
  kind: z.literal('image'),
  arch: archName,
  settings: z.strictObject({
    user: text,
    entrypoint: z.array(z.string()),
    cmd: z.array(z.string()),
    env: textMap,
    labels: textMap,
    workingDir: text,
  }),
  layers: z.array(z.strictObject({ about: contentRef, createdBy: z.string() })),
  date: z.number().int(),
});

const imageIndex = z.strictObject({
  ...base,
  kind: z.literal('image-index'),
  name: text,
  tag: text,
  manifests: z.array(z.strictObject({ arch: archName, ref: contentRef })).min(1),
});

const keyring = z.strictObject({
  ...base,
  kind: z.literal('keyring'),
  certificates: z.array(z.strictObject({ name: text, content: contentRef, signs: z.boolean() })),
  date: z.number().int(),
  margin: z.number().int().min(0),
});

const manifests = z.strictObject({
  ...base,
  kind: z.literal('manifests'),
  directory: releaseFile,
  objects: z.array(jsonObject),
});

const installer = z.strictObject({
  ...base,
  kind: z.literal('installer'),
  installer: text,
  directory: releaseFile,
  settings: jsonObject,
});

/** The schema of one step. */
export const stepSchema: z.ZodType<Step> = z.discriminatedUnion('kind', [
  file,
  url,
  debian,
  extract,
  goBuild,
  cBuild,
  goLicences,
  debianLicences,
  packaged,
  layer,
  image,
  imageIndex,
  keyring,
  manifests,
  installer,
]);
