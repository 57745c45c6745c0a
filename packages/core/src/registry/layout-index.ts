import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LAYOUT_FILE, LAYOUT_INDEX, LAYOUT_TEXT, REF_NAME } from '../formats/oci/layout.ts';
import { INDEX_TYPE } from '../formats/oci/media-types.ts';
import { type Json, prettyJson } from '../model/json.ts';
import { fsError, ifExists } from '../store/fs-error.ts';
import type { Descriptor } from './content.ts';
import { parseIndex } from './documents.ts';
import { writeWhole } from './write-whole.ts';

/** The `index.json` of a layout directory. */
export interface LayoutIndex {
  entries(): Promise<readonly Descriptor[]>;
  /** Adds a manifest; with a tag, that names it and nothing else from then on. */
  add(manifest: Descriptor, tag?: string): Promise<void>;
}

/** The name of an entry: a tag, or a whole reference; undefined when it has none. */
export function layoutNameOf({ annotations }: Descriptor): string | undefined {
  return annotations?.[REF_NAME];
}

/** Reads `index.json` when it is first asked for, and writes it whole with every change. */
export function newLayoutIndex(dir: string): LayoutIndex {
  const file = join(dir, LAYOUT_INDEX);
  let current: Promise<readonly Descriptor[]> | undefined;

  const read = async (): Promise<readonly Descriptor[]> => {
    const bytes = await ifExists(readFile(file)).catch((error: unknown) => {
      throw fsError(error, file);
    });
    return bytes === undefined ? [] : parseIndex(bytes, INDEX_TYPE, file);
  };
  const write = async (manifests: readonly Descriptor[]): Promise<readonly Descriptor[]> => {
    const index = { schemaVersion: 2, mediaType: INDEX_TYPE, manifests };
    await writeWhole(join(dir, LAYOUT_FILE), (temporary) => writeFile(temporary, LAYOUT_TEXT));
    await writeWhole(file, (temporary) => writeFile(temporary, prettyJson(index as unknown as Json)));
    return manifests;
  };
  const entries = (): Promise<readonly Descriptor[]> => (current ??= read());

  return {
    entries,
    async add(manifest, tag) {
      const before = entries();
      const change = async (): Promise<readonly Descriptor[]> => write(withEntry(await before, manifest, tag));
      // Whoever comes next waits for this change, and goes on from what was there before if it fails.
      const changed = change();
      current = changed.catch(() => before);
      await changed;
    },
  };
}

function withEntry(entries: readonly Descriptor[], manifest: Descriptor, tag: string | undefined): Descriptor[] {
  if (tag === undefined) {
    return entries.some(({ digest }) => digest === manifest.digest) ? [...entries] : [...entries, manifest];
  }
  const named = { ...manifest, annotations: { ...manifest.annotations, [REF_NAME]: tag } };
  const others = entries.filter((entry) => {
    const isUnnamed = entry.digest === manifest.digest && layoutNameOf(entry) === undefined;
    return layoutNameOf(entry) !== tag && !isUnnamed;
  });
  return [...others, named];
}
