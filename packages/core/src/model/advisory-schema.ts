import { z } from 'zod';
import type { Advisory } from './advisory.ts';

/** The ids of advisories and what they refer to stand in URLs and in one word of a terminal's line. */
const id: z.ZodType<string> = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/, 'must be an id such as HSA-2026-0001');
const line: z.ZodType<string> = z.string().regex(/^[^\u0000-\u001f\u007f]+$/, 'must be one line of text');

/** The schema of an {@link Advisory}. */
export const advisorySchema: z.ZodType<Advisory> = z.strictObject({
  id,
  type: z.enum(['security', 'bugfix', 'enhancement']),
  severity: z.enum(['Critical', 'Important', 'Moderate', 'Low']).exactOptional(),
  title: line,
  description: z.string().min(1),
  references: z
    .array(z.strictObject({ type: z.enum(['cve', 'bugzilla', 'other']), id, url: z.url() }))
    .readonly()
    .exactOptional(),
  packages: z.array(line).min(1).readonly(),
});
