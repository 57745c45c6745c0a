import { DistroError } from '../errors/distro-error.ts';
import { isDigest } from '../model/image-reference.ts';
import { deleteScope } from './auth/scope.ts';
import type { Descriptor, TransferOptions } from './content.ts';
import { digestOf, mismatch } from './digest-check.ts';
import { MAX_MANIFEST, type ManifestLinks, parseManifest } from './documents.ts';
import { findManifest, getManifest, manifestPath, sendManifest } from './manifest-requests.ts';
import { addReferrer, removeReferrer } from './referrers-tag.ts';
import type { Manifests, NewManifest, PutManifestOptions } from './registry.ts';
import { nameOf, type RepositoryContext } from './repository-context.ts';

/** The manifests of a repository. See the specification's sections "Pulling manifests" and "Pushing manifests". */
export function newManifests(context: RepositoryContext): Manifests {
  return {
    get: (reference, options) => getManifest(context, reference, options),
    find: (reference, options) => findManifest(context, reference, options),
    put: (manifest, options) => putManifest(context, manifest, options),
    delete: (reference, options) => deleteManifest(context, reference, options),
  };
}

/** Writes a manifest; one with a subject also among the referrers of that. */
async function putManifest(
  context: RepositoryContext,
  manifest: NewManifest,
  options: PutManifestOptions = {},
): Promise<Descriptor> {
  const { mediaType, bytes } = manifest;
  const digest = digestOf(bytes);
  const what = nameOf(context, options.tag ?? digest);
  if (bytes.length > MAX_MANIFEST) {
    throw new DistroError('FORMAT_LIMIT', `${what} has ${bytes.length} bytes, more than ${MAX_MANIFEST}`);
  }
  const links = parseManifest(bytes, mediaType, what);
  const descriptor = { mediaType, digest, size: bytes.length };
  const answer = await sendManifest(context, manifest, { reference: options.tag ?? digest, signal: options.signal });
  const stored = answer.header('docker-content-digest');
  if (stored !== undefined && stored !== digest) throw mismatch(what, `digest ${stored} in the registry`, digest);
  if (links.subject !== undefined) {
    const subject = answer.header('oci-subject');
    if (subject === links.subject.digest) context.support.noteApi();
    else
      await addReferrer(context, { subject: links.subject.digest, referrer: referrerOf(descriptor, links) }, options);
  }
  return descriptor;
}

async function deleteManifest(
  context: RepositoryContext,
  reference: string,
  { signal }: TransferOptions = {},
): Promise<void> {
  // The registry with a referrers API keeps the list of referrers itself.
  const isKept = isDigest(reference) && context.support.hasApi() !== true;
  const manifest = isKept ? await getManifest(context, reference, { signal }) : undefined;
  const to = manifestPath(context, reference);
  const scopes = [deleteScope(context.path)];
  const expect = [202, 200, 204];
  const answer = await context.transport.call({ method: 'DELETE', to, scopes, expect, signal });
  await answer.drop();
  if (manifest === undefined) return;
  const { subject } = parseManifest(manifest.bytes, manifest.mediaType, nameOf(context, reference));
  if (subject !== undefined) {
    await removeReferrer(context, { subject: subject.digest, referrer: manifest.descriptor }, { signal });
  }
}

/** A manifest as it stands in the list of its subject's referrers. */
function referrerOf(descriptor: Descriptor, { artifactType, annotations }: ManifestLinks): Descriptor {
  return {
    ...descriptor,
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(annotations === undefined ? {} : { annotations }),
  };
}
