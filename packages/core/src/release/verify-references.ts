import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Problem } from '../errors/distro-error.ts';
import { findPlaceholders } from '../model/image-placeholder.ts';
import { imageName } from './image-contents.ts';
import type { VerifyContext } from './verify-context.ts';

/** What may stand behind the name of a registry in a reference. */
const REST = String.raw`/(?<name>[a-z0-9]+(?:[._/-]+[a-z0-9]+)*)(?::(?<tag>[\w][\w.-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}))?`;

/**
 * Checks that every image of the distribution's registry that a manifest or an installer file names is in the layout,
 * with the digest that it is named by. A name without tag and digest, such as a repository to look for images in, says
 * nothing of an image.
 */
export async function verifyReferences({
  directory,
  release,
  whole,
  signal,
}: VerifyContext): Promise<readonly Problem[]> {
  const { registry } = release.distro;
  const digests = new Map(release.images.map((image) => [imageName(registry, image), image.digest]));
  const byDigest = new Set(release.images.map(({ name, digest }) => `${name}@${digest}`));
  const pattern = new RegExp(`(?<![\\w.-])${escaped(registry)}${REST}`, 'g');
  const files = [
    ...release.addOns.flatMap(({ manifests }) => manifests),
    ...release.installers.flatMap((one) => one.files),
  ];
  const paths = new Map(release.files.map(({ file, path }) => [file, path]));
  const problems: Problem[] = [];
  for (const file of files) {
    signal?.throwIfAborted();
    if (!whole.has(file)) continue;
    const text = await readFile(join(directory, file), 'utf8');
    const report = (reference: string, fault: string): void => {
      const path = paths.get(file);
      const message = `${file}: the image ${reference} ${fault}`;
      problems.push({ code: 'RELEASE_INVALID', message, ...(path === undefined ? {} : { path }) });
    };
    for (const [, reference] of findPlaceholders(text)) report(reference, 'has a placeholder for its digest');
    if (!text.includes(registry)) continue;
    for (const { 0: reference, groups = {} } of text.matchAll(pattern)) {
      const { name = '', tag, digest } = groups;
      if (tag === undefined && digest === undefined) continue;
      const found = tag === undefined ? undefined : digests.get(imageName(registry, { name, tag }));
      if (tag !== undefined && found === undefined) report(reference, 'is not in the release');
      else if (digest !== undefined && !(found === digest || byDigest.has(`${name}@${digest}`))) {
        report(reference, 'has another digest in the release');
      }
    }
  }
  return problems;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
