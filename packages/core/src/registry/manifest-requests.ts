import { DistroError } from '../errors/distro-error.ts';
import { isDigest, isTag } from '../model/image-reference.ts';
import { pullScope, pushScope } from './auth/scope.ts';
import type { Descriptor, TransferOptions } from './content.ts';
import { digestOf, mismatch } from './digest-check.ts';
import { MAX_MANIFEST, parseManifest } from './documents.ts';
import type { HttpAnswer } from './http-client.ts';
import { isManifestType, MANIFEST_TYPES } from './media-types.ts';
import { withRetries } from './patience.ts';
import { readBytes } from './read-body.ts';
import type { Manifest, NewManifest } from './registry.ts';
import { answerInvalid, nameOf, pathOf, type RepositoryContext } from './repository-context.ts';

const ACCEPT = MANIFEST_TYPES.join(', ');

/** Reads a manifest, checked by the digest it was asked by, or by the one that the registry gives for its tag. */
export function getManifest(
  context: RepositoryContext,
  reference: string,
  { signal }: TransferOptions = {},
): Promise<Manifest> {
  const to = manifestPath(context, reference);
  const scopes = [pullScope(context.path)];
  const what = nameOf(context, reference);
  // A body that breaks off is asked for again like an answer that never came.
  return withRetries(context.transport.retry, signal, async () => {
    const headers = { accept: ACCEPT };
    const answer = await context.transport.attempt({ method: 'GET', to, scopes, expect: [200], headers, signal });
    const bytes = await readBytes(answer, MAX_MANIFEST);
    const announced = announcedDigest(answer, reference, what);
    const digest = digestOf(bytes, announced);
    if (announced !== undefined && announced !== digest) throw mismatch(what, `digest ${digest}`, announced);
    const mediaType = mediaTypeOf(answer, what);
    parseManifest(bytes, mediaType, what);
    return { mediaType, bytes, descriptor: { mediaType, digest, size: bytes.length } };
  });
}

/** What a tag or digest names; undefined when it is not there. */
export async function findManifest(
  context: RepositoryContext,
  reference: string,
  { signal }: TransferOptions = {},
): Promise<Descriptor | undefined> {
  const to = manifestPath(context, reference);
  const scopes = [pullScope(context.path)];
  const headers = { accept: ACCEPT };
  const answer = await context.transport.call({ method: 'HEAD', to, scopes, expect: [200, 404], headers, signal });
  await answer.drop();
  if (answer.status === 404) return undefined;
  const what = nameOf(context, reference);
  const digest = announcedDigest(answer, reference, what);
  const size = Number(answer.header('content-length') ?? Number.NaN);
  // A registry that leaves the headers out says as much in the manifest itself.
  if (digest === undefined || !Number.isSafeInteger(size)) {
    return (await getManifest(context, reference, { signal })).descriptor;
  }
  return { mediaType: mediaTypeOf(answer, what), digest, size };
}

/** Writes a manifest under a tag or digest, and nothing else. */
export async function sendManifest(
  context: RepositoryContext,
  { mediaType, bytes }: NewManifest,
  { reference, signal }: { readonly reference: string; readonly signal: AbortSignal | undefined },
): Promise<HttpAnswer> {
  const answer = await context.transport.call({
    method: 'PUT',
    to: manifestPath(context, reference),
    scopes: [pushScope(context.path)],
    expect: [201],
    headers: { 'content-type': mediaType },
    body: bytes,
    signal,
  });
  await answer.drop();
  return answer;
}

/** The path of a manifest. @throws NAME_INVALID */
export function manifestPath(context: RepositoryContext, reference: string): string {
  if (isTag(reference) || isDigest(reference)) return pathOf(context, `manifests/${reference}`);
  throw new DistroError('NAME_INVALID', `${JSON.stringify(reference.slice(0, 200))} is neither a tag nor a digest`);
}

/** The digest that an answer must have: what was asked for, else what the registry says. */
function announcedDigest(answer: HttpAnswer, reference: string, what: string): string | undefined {
  const said = answer.header('docker-content-digest');
  if (said !== undefined && !isDigest(said))
    throw answerInvalid(what, `the registry names it by '${said.slice(0, 100)}'`);
  if (!isDigest(reference)) return said;
  const sameAlgorithm = said?.startsWith(reference.slice(0, 7)) === true;
  if (sameAlgorithm && said !== reference) throw mismatch(what, `digest ${said} in the registry`, reference);
  return reference;
}

function mediaTypeOf(answer: HttpAnswer, what: string): string {
  const mediaType = (answer.header('content-type') ?? '').split(';')[0]?.trim() ?? '';
  if (isManifestType(mediaType)) return mediaType;
  throw answerInvalid(what, `the registry answered with the content type '${mediaType.slice(0, 100)}'`);
}
