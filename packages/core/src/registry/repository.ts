import { bytesSource, collect } from '../model/bytes.ts';
import { newBlobs } from './blobs.ts';
import type { Descriptor, OciBlob } from './content.ts';
import { digestOf, mismatch } from './digest-check.ts';
import { MAX_MANIFEST } from './documents.ts';
import { newManifests } from './manifests.ts';
import { isManifestType } from './media-types.ts';
import { listReferrers } from './referrers.ts';
import type { Manifest, Repository } from './registry.ts';
import { nameOf, type RepositoryContext } from './repository-context.ts';
import { listTags } from './tags.ts';

/** A repository of a registry. */
export function newRepository(context: RepositoryContext): Repository {
  const blobs = newBlobs(context);
  const manifests = newManifests(context);
  return {
    name: `${context.host}/${context.path}`,
    path: context.path,
    blobs,
    manifests,
    tags: (options) => listTags(context, options),
    referrers: (digest, options) => listReferrers(context, digest, options),
    async has({ digest, size, mediaType }, options) {
      if (!isManifestType(mediaType)) return (await blobs.sizeOf(digest, options)) === size;
      return (await manifests.find(digest, options))?.size === size;
    },
    async tryRead(descriptor, options) {
      if (isManifestType(descriptor.mediaType)) {
        const manifest = await manifests.get(descriptor.digest, options);
        checkSame(context, manifest, descriptor);
        return bytesSource(manifest.bytes);
      }
      return { size: descriptor.size, read: () => blobs.pull(descriptor, options) };
    },
    async write(descriptor, content, options) {
      if (!isManifestType(descriptor.mediaType)) return blobs.push(descriptor, content, options);
      await manifests.put(await manifestOf(context, descriptor, content), options);
      return 'copied';
    },
    resolve: (tag, options) => manifests.find(tag, options),
    async writeTagged(tag, descriptor, content, options) {
      await manifests.put(await manifestOf(context, descriptor, content), { ...options, tag });
    },
  };
}

/** A manifest's bytes, which must be those of its descriptor: under another digest nobody would find it. */
async function manifestOf(
  context: RepositoryContext,
  descriptor: Descriptor,
  content: OciBlob,
): Promise<Pick<Manifest, 'mediaType' | 'bytes'>> {
  const bytes = await collect(content.read(), MAX_MANIFEST);
  checkSame(
    context,
    { descriptor: { ...descriptor, digest: digestOf(bytes, descriptor.digest), size: bytes.length } },
    descriptor,
  );
  return { mediaType: descriptor.mediaType, bytes };
}

function checkSame(
  context: RepositoryContext,
  { descriptor: got }: Pick<Manifest, 'descriptor'>,
  wanted: Descriptor,
): void {
  const what = nameOf(context, wanted.digest);
  if (got.digest !== wanted.digest) throw mismatch(what, `digest ${got.digest}`, wanted.digest);
  if (got.size !== wanted.size) throw mismatch(what, `${got.size} bytes`, `${wanted.size} bytes`);
  if (got.mediaType !== wanted.mediaType) throw mismatch(what, `the media type ${got.mediaType}`, wanted.mediaType);
}
