import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mixedObjects } from './objects.ts';

// node ours.mjs RENDER.JS COUNT DIRECTORY: renders the objects and writes all documents to one file, as cdk8s does.
const [module = '', count = '', directory = ''] = process.argv.slice(2);
const { renderManifests } = (await import(module)) as typeof import('../../../packages/core/src/manifests/render.ts');
const files = renderManifests(mixedObjects(Number(count)));
writeFileSync(join(directory, 'ours.yaml'), Object.values(files).join('---\n'));
