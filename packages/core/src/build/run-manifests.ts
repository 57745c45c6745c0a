import { renderManifests } from '../manifests/render.ts';
import { canonicalJson } from '../model/json.ts';
import type { Runner } from './runner.ts';

/** Renders an add-on's manifests to a bundle of files. @throws OBJECT_INVALID, OBJECT_COLLISION */
export const runManifests: Runner<'manifests'> = async (step, { store }) => ({
  files: await store.put(canonicalJson(renderManifests(step.objects))),
});
