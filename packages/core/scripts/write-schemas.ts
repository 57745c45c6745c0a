import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { lockSchema } from '../src/lock/schema.ts';
import { type Json, prettyJson } from '../src/model/json.ts';
import { planSchema } from '../src/plan/schema.ts';
import { treeSchema } from '../src/plan/tree-schema.ts';
import { releaseSchema } from '../src/release/schema.ts';

/** The documents that have a published JSON schema, by the name of the schema's file. */
const DOCUMENTS: Readonly<Record<string, { readonly title: string; readonly schema: z.ZodType }>> = {
  'distro.lock.schema.json': { title: 'distro.lock.json of distrokit', schema: lockSchema },
  'plan.schema.json': { title: 'plan.json of distrokit', schema: planSchema },
  'release.schema.json': { title: 'release.json of distrokit', schema: releaseSchema },
  'tree.schema.json': { title: 'tree.json of distrokit', schema: treeSchema },
};

/** The JSON schemas (draft 2020-12) by file name, as `@distrokit/core/schemas/<name>` publishes them. */
export function jsonSchemas(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(DOCUMENTS).map(([file, { title, schema }]) => [
      file,
      prettyJson({ title, ...z.toJSONSchema(schema) } as unknown as Json),
    ]),
  );
}

if (import.meta.main) {
  const directory = fileURLToPath(new URL('../schemas/', import.meta.url));
  mkdirSync(directory, { recursive: true });
  for (const [file, text] of Object.entries(jsonSchemas())) writeFileSync(directory + file, text);
}
