import { z } from 'zod';
import type { LayerEntry } from '../model/layer-entry.ts';
import { content } from './package-schema.ts';
import { text } from './schema-parts.ts';

const id = z.number().int().min(0).max(0xffff_ffff);
const entry = { path: text, mode: z.number().int().min(0).max(0o7777), uid: id, gid: id };

/** The schema of a layer's entry in the plan. */
export const layerEntry: z.ZodType<LayerEntry> = z.discriminatedUnion('type', [
  z.strictObject({ ...entry, type: z.literal('file'), content }),
  z.strictObject({ ...entry, type: z.literal('directory') }),
  z.strictObject({ ...entry, type: z.enum(['symlink', 'hardlink']), target: text }),
]);
