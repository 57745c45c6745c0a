import { z } from 'zod';
import { advisorySchema } from '../model/advisory-schema.ts';
import type { Plan, PlanDistro } from './document.ts';
import { contentRef } from './package-schema.ts';
import { arch, archName, driver, moment, text, vendor } from './schema-parts.ts';
import { stepSchema } from './step-schema.ts';
import { treeSchema } from './tree-schema.ts';

const component = z.strictObject({
  name: text,
  version: text,
  source: text,
  path: text,
  binaries: z.array(z.strictObject({ arch: archName, name: text, ref: contentRef })),
});

const addOn = z.strictObject({
  name: text,
  version: text,
  kernels: z.string(),
  owner: z.string(),
  upstream: z.string(),
  path: text,
  step: text.exactOptional(),
});

const distro: z.ZodType<PlanDistro> = z.strictObject({
  name: text,
  version: text,
  channel: text,
  vendor,
  date: moment,
  registry: text,
  targets: z.array(text),
  advisories: z.array(advisorySchema).exactOptional(),
  arches: z.array(arch),
  kernel: z.strictObject({ version: text, path: text, components: z.array(text) }),
  components: z.array(component),
  addOns: z.array(addOn),
  drivers: z.array(driver),
  installers: z.array(z.strictObject({ name: text, kind: text, path: text, step: text })),
  tree: treeSchema,
});

/** The schema of `plan.json`. That references lead somewhere is what `checkPlan` looks at. */
export const planSchema: z.ZodType<Plan> = z.strictObject({
  schemaVersion: z.literal(1),
  distro,
  steps: z.array(stepSchema),
});
