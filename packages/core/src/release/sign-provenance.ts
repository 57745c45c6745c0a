import { collect } from '../model/bytes.ts';
import { sha256Of } from '../model/digest.ts';
import { canonicalJson } from '../model/json.ts';
import type { ImageSigner } from '../model/signer.ts';
import type { Store } from '../store/store.ts';
import { IN_TOTO_TYPE } from '../supply-chain/provenance/statement.ts';
import { DSSE_TYPE, signDsse } from '../supply-chain/signing/dsse.ts';
import type { SupplyChainFile } from './supply-chain-files.ts';

/** What {@link signProvenance} takes. */
export interface SignProvenanceOptions {
  readonly store: Store;
  readonly signer: ImageSigner;
}

const STATEMENT_LIMIT = 1 << 26;
const STEP = 'sign provenance';

/**
 * Puts each statement into an envelope that is signed: `provenance/<file>.intoto.jsonl` in place of
 * `provenance/<file>.intoto.json`. What a key has signed is kept: it is not asked for the same again.
 *
 * @throws SIGNING_FAILED for a signer without a fixed key; what the signer throws
 */
export async function signProvenance(
  files: readonly SupplyChainFile[],
  { store, signer }: SignProvenanceOptions,
): Promise<readonly SupplyChainFile[]> {
  const statements = files.filter(({ mediaType }) => mediaType === IN_TOTO_TYPE);
  const keyed = canonicalJson({ key: signer.publicKey ?? '', statements: statements.map(({ sha256 }) => sha256) });
  const key = sha256Of(keyed);
  const known = signer.publicKey === undefined ? undefined : await store.tryFindAction(key);
  const envelopes = { ...known?.outputs };
  for (const statement of statements) {
    if (envelopes[statement.sha256] !== undefined) continue;
    const payload = await collect((await store.findBlob(statement)).read(), STATEMENT_LIMIT);
    envelopes[statement.sha256] = await store.put(await signDsse(IN_TOTO_TYPE, payload, signer));
  }
  if (known === undefined) await store.saveAction({ key, keyed, stepId: STEP, ms: 0, outputs: envelopes });
  return files.map((file) => {
    const envelope = file.mediaType === IN_TOTO_TYPE ? envelopes[file.sha256] : undefined;
    return envelope === undefined ? file : { ...file, ...envelope, file: `${file.file}l`, mediaType: DSSE_TYPE };
  });
}
