import type { Json, JsonObject } from '../model/json.ts';
import { asObject, groupOf } from './identity.ts';
import { flattenLists } from './flatten.ts';
import { isImageReference } from '../model/image-reference.ts';
import { isBuiltInGroup } from './order.ts';

/** A tag or digest, or a first part that can only be a host. */
const NAMES_AN_IMAGE = /[:@]|^[^/]*\.[^/]*\//;

const CONTAINER_LISTS = ['containers', 'initContainers', 'ephemeralContainers'] as const;

/**
 * Every image that a set of objects refers to, as written, each once, sorted.
 *
 * Found are the images of containers of all three sorts and of image volumes, wherever a pod's specification stands: in
 * a workload, a template of a template (CronJob), a PodTemplate, a custom resource that holds pod templates. In custom
 * resources a field called `image` counts too, but only if it looks like a reference, since some resources use the word
 * for other things (a machine image, a logo): it parses as one and has a host, a tag or a digest. A bare word such as
 * `debian` or a path such as `ubuntu/images/server` does not count there. Names that stand in arguments, environment variables or texts are not found.
 */
export function imagesOf(objects: readonly JsonObject[]): string[] {
  const images = new Set<string>();
  for (const { object } of flattenLists(objects)) {
    const found = asObject(object);
    if (found !== undefined) visit(found, !isBuiltInGroup(groupOf(found)), images);
  }
  return [...images].sort();
}

function visit(value: Json | undefined, custom: boolean, images: Set<string>): void {
  if (value === null || typeof value !== 'object') return;
  if (Array.isArray(value)) {
    for (const item of value as readonly Json[]) visit(item, custom, images);
    return;
  }
  const object = value as JsonObject;
  addPodImages(object, images);
  const image = object['image'];
  if (custom && typeof image === 'string' && NAMES_AN_IMAGE.test(image) && isImageReference(image)) images.add(image);
  for (const member of Object.values(object)) visit(member, custom, images);
}

/** The images of an object that may be a pod's specification. */
function addPodImages(spec: JsonObject, images: Set<string>): void {
  for (const field of CONTAINER_LISTS) {
    for (const container of objectsIn(spec[field])) addText(container['image'], images);
  }
  for (const volume of objectsIn(spec['volumes'])) addText(asObject(volume['image'])?.['reference'], images);
}

function objectsIn(value: Json | undefined): JsonObject[] {
  if (!Array.isArray(value)) return [];
  return (value as readonly Json[]).map(asObject).filter((item) => item !== undefined);
}

function addText(value: Json | undefined, images: Set<string>): void {
  if (typeof value === 'string' && value !== '') images.add(value);
}
