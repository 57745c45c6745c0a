import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../../../packages/core/src/model/json.ts';
import { mixedObjects } from './objects.ts';

/** What of the built library is used here. */
interface Renderer {
  readonly renderManifests: (objects: readonly JsonObject[]) => Readonly<Record<string, string>>;
}

// node ours.mjs RENDER.JS COUNT DIRECTORY: renders the objects and writes all documents to one file, as cdk8s does.
const [module = '', count = '', directory = ''] = process.argv.slice(2);
const { renderManifests } = (await import(module)) as Renderer;
const files = renderManifests(mixedObjects(Number(count)));
writeFileSync(join(directory, 'ours.yaml'), Object.values(files).join('---\n'));
