import { INDEX_TYPE } from '../formats/oci/media-types.ts';
import { DistroError } from '../errors/distro-error.ts';
import { canonicalJson, compareText, type Json } from '../model/json.ts';
import type { Descriptor, TransferOptions } from './content.ts';
import { parseIndex } from './documents.ts';
import { getManifest, sendManifest } from './manifest-requests.ts';
import { pause } from './patience.ts';
import { nameOf, type RepositoryContext } from './repository-context.ts';

/** A manifest and what it refers to. */
export interface Reference {
  /** The digest of the subject. */
  readonly subject: string;
  readonly referrer: Descriptor;
}

const ATTEMPTS = 20;
/** The least time that another writer is given to show itself. */
const SETTLE_MS = 20;

/**
 * The tag of the index that lists a manifest's referrers in a registry without the API for that. See the specification's
 * section "Referrers tag schema".
 */
export function referrersTag(digest: string): string {
  const [algorithm = '', hex = ''] = digest.split(':');
  return `${algorithm.slice(0, 32)}-${hex.slice(0, 64)}`;
}

/** The referrers that the index under the tag lists; none when there is no such tag. */
export async function readReferrersTag(
  context: RepositoryContext,
  subject: string,
  options: TransferOptions = {},
): Promise<readonly Descriptor[]> {
  const tag = referrersTag(subject);
  try {
    const { bytes, mediaType } = await getManifest(context, tag, options);
    return parseIndex(bytes, mediaType, nameOf(context, tag));
  } catch (error) {
    if (error instanceof DistroError && error.code === 'REGISTRY_NOT_FOUND') return [];
    throw error;
  }
}

/** Adds a referrer to the index of its subject. */
export function addReferrer(
  context: RepositoryContext,
  reference: Reference,
  options: TransferOptions = {},
): Promise<void> {
  return change(context, { ...reference, isWanted: true }, options);
}

/** Takes a referrer out of the index of its subject. */
export function removeReferrer(
  context: RepositoryContext,
  reference: Reference,
  options: TransferOptions = {},
): Promise<void> {
  return change(context, { ...reference, isWanted: false }, options);
}

interface Change extends Reference {
  /** Whether the index lists the referrer in the end. */
  readonly isWanted: boolean;
}

/** Changes of one index take turns in this process. */
const turns = new Map<string, Promise<void>>();

async function change(context: RepositoryContext, wanted: Change, options: TransferOptions): Promise<void> {
  const key = nameOf(context, referrersTag(wanted.subject));
  const turn = (turns.get(key) ?? Promise.resolve()).catch(() => {}).then(() => settle(context, wanted, options));
  turns.set(key, turn);
  try {
    await turn;
  } finally {
    if (turns.get(key) === turn) turns.delete(key);
  }
}

/**
 * The registry cannot compare and swap: whoever read the index before us may write it after us, without our entry. So
 * we look again after at least twice the time that our own change took, and repeat it until it stays.
 */
async function settle(context: RepositoryContext, wanted: Change, options: TransferOptions): Promise<void> {
  const { subject, referrer, isWanted } = wanted;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const started = performance.now();
    const before = await readReferrersTag(context, subject, options);
    if (before.some(({ digest }) => digest === referrer.digest) === isWanted) return;
    const others = before.filter(({ digest }) => digest !== referrer.digest);
    await write(context, { subject, entries: isWanted ? [...others, referrer] : others }, options);
    const took = performance.now() - started;
    // Writers that meet wait differently long, or they would meet again.
    await pause(SETTLE_MS + took * (2 + attempt * context.transport.retry.random()), options.signal);
  }
  const tag = nameOf(context, referrersTag(subject));
  throw new DistroError('PUBLISH_CONFLICT', `others change ${tag} all the time; ${referrer.digest} is not in it`, {
    hint: 'run one publisher at a time, or use a registry with the referrers API',
  });
}

async function write(
  context: RepositoryContext,
  { subject, entries }: { readonly subject: string; readonly entries: readonly Descriptor[] },
  { signal }: TransferOptions,
): Promise<void> {
  const manifests = entries.toSorted((a, b) => compareText(a.digest, b.digest));
  const index = { schemaVersion: 2, mediaType: INDEX_TYPE, manifests };
  const bytes = new TextEncoder().encode(canonicalJson(index as unknown as Json));
  await sendManifest(context, { mediaType: INDEX_TYPE, bytes }, { reference: referrersTag(subject), signal });
}
