import { z } from 'zod';
import { advisorySchema } from '../model/advisory-schema.ts';
import { arch, archName, driver, moment, releaseFile, sha256, size, text, vendor } from '../plan/schema-parts.ts';
import type { Release } from './document.ts';

const component = z.strictObject({
  name: text,
  version: text,
  source: text,
  path: text,
  binaries: z.array(z.strictObject({ arch: archName, name: text, sha256, size })),
});

const packaged = z.strictObject({
  name: text,
  version: text,
  arch: z.union([archName, z.literal('all')]),
  format: z.enum(['deb', 'rpm']),
  file: releaseFile,
  sha256,
  size,
  component: text.exactOptional(),
  path: text,
});

const image = z.strictObject({
  name: text,
  tag: text,
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/, 'must be a sha256 digest'),
  platforms: z.array(text).min(1),
  files: z.array(releaseFile).min(1),
  path: text,
});

const addOn = z.strictObject({
  name: text,
  version: text,
  kernels: z.string(),
  owner: z.string(),
  upstream: z.string(),
  manifests: z.array(releaseFile),
  images: z.array(text),
  path: text,
});

const distro = z.strictObject({
  name: text,
  version: text,
  channel: text,
  vendor,
  date: moment,
  registry: text,
  targets: z.array(text),
  advisories: z.array(advisorySchema).exactOptional(),
});

/** The schema of `release.json`. */
export const releaseSchema: z.ZodType<Release> = z.strictObject({
  schemaVersion: z.literal(1),
  distro,
  kernel: z.strictObject({ version: text, components: z.array(text), path: text }),
  arches: z.array(arch),
  components: z.array(component),
  packages: z.array(packaged),
  images: z.array(image),
  addOns: z.array(addOn),
  drivers: z.array(driver),
  installers: z.array(z.strictObject({ name: text, kind: text, files: z.array(releaseFile), path: text })),
  files: z.array(z.strictObject({ file: releaseFile, sha256, size, path: text })),
});
