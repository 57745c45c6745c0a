import { INDEX_TYPE } from '../formats/oci/media-types.ts';
import { isManifestType } from './media-types.ts';
import { pullScope } from './auth/scope.ts';
import { checkDigest } from './blob-size.ts';
import type { Descriptor } from './content.ts';
import { checkIndex } from './documents.ts';
import { readPages } from './pages.ts';
import { readReferrersTag } from './referrers-tag.ts';
import type { ReferrersOptions } from './registry.ts';
import { answerInvalid, nameOf, pathOf, type RepositoryContext } from './repository-context.ts';

const MAX_REFERRERS = 100_000;

/** The referrers of a manifest. See the specification's section "Listing referrers". */
export async function listReferrers(
  context: RepositoryContext,
  digest: string,
  { artifactType, signal }: ReferrersOptions = {},
): Promise<readonly Descriptor[]> {
  checkDigest(digest);
  const isKnownNone = context.support.hasApi() === false;
  const listed = isKnownNone ? undefined : await askApi(context, digest, { artifactType, signal });
  const found = listed ?? (await readReferrersTag(context, digest, { signal }));
  // Registries may filter by themselves, and need not.
  return artifactType === undefined ? found : found.filter((referrer) => referrer.artifactType === artifactType);
}

/** Undefined when the registry has no such API. */
async function askApi(
  context: RepositoryContext,
  digest: string,
  { artifactType, signal }: ReferrersOptions,
): Promise<Descriptor[] | undefined> {
  const filter = artifactType === undefined ? '' : `?${new URLSearchParams({ artifactType }).toString()}`;
  const what = `the referrers of ${nameOf(context, digest)}`;
  const to = `${pathOf(context, `referrers/${digest}`)}${filter}`;
  const request = {
    to,
    scope: pullScope(context.path),
    what,
    expect: [200, 404],
    headers: { accept: INDEX_TYPE },
    signal,
  };
  const found = new Map<string, Descriptor>();
  for await (const { value, answer } of readPages(context, request)) {
    if (answer.status === 404) {
      context.support.noteNone();
      return undefined;
    }
    const mediaType = (answer.header('content-type') ?? '').split(';')[0]?.trim() ?? '';
    if (mediaType !== INDEX_TYPE)
      throw answerInvalid(what, `the registry answered with the content type '${mediaType}'`);
    for (const referrer of checkIndex(value, mediaType, what)) found.set(referrer.digest, referrer);
    if (found.size > MAX_REFERRERS) throw answerInvalid(what, `there are more than ${MAX_REFERRERS}`);
  }
  context.support.noteApi();
  return [...found.values()].filter(({ mediaType }) => isManifestType(mediaType));
}
