import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { problemsOf, type Problem } from '../errors/distro-error.ts';
import { imagesOf } from '../manifests/images.ts';
import { parseManifests } from '../manifests/parse.ts';
import type { JsonObject } from '../model/json.ts';
import type { ReleaseAddOn } from './document.ts';
import type { VerifyContext } from './verify-context.ts';

/** Reads the manifests of every add-on and compares their images with those that `release.json` lists. */
export async function verifyManifests(context: VerifyContext): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  for (const addOn of context.release.addOns) problems.push(...(await checkAddOn(addOn, context)));
  return problems;
}

async function checkAddOn(addOn: ReleaseAddOn, context: VerifyContext): Promise<readonly Problem[]> {
  const { directory, release, whole, signal } = context;
  const listed = new Set(release.files.map(({ file }) => file));
  const { path } = addOn;
  const problems: Problem[] = [];
  const objects: JsonObject[] = [];
  for (const file of addOn.manifests) {
    signal?.throwIfAborted();
    if (!listed.has(file)) {
      const message = `${file}: the add-on ${addOn.name} names it, but release.json does not list it as a file`;
      problems.push({ code: 'RELEASE_INVALID', message, path });
    }
    if (!whole.has(file)) continue;
    try {
      for (const { object } of parseManifests(await readFile(join(directory, file), 'utf8'), { file })) {
        objects.push(object);
      }
    } catch (error) {
      problems.push(...problemsOf(error).map((problem) => ({ ...problem, path })));
    }
  }
  // Of half the manifests nothing can be said.
  const isComplete = problems.length === 0 && addOn.manifests.every((file) => whole.has(file));
  return isComplete ? checkImages(addOn, imagesOf(objects)) : problems;
}

function checkImages({ name, images, path }: ReleaseAddOn, found: readonly string[]): readonly Problem[] {
  const problem = (message: string): Problem => ({ code: 'RELEASE_INVALID', message, path });
  return [
    ...found
      .filter((image) => !images.includes(image))
      .map((image) => problem(`release.json: the add-on ${name} uses the image ${image}, which is not listed`)),
    ...images
      .filter((image) => !found.includes(image))
      .map((image) => problem(`release.json: the add-on ${name} lists the image ${image}, which no manifest uses`)),
  ];
}
