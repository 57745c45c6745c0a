import { blobOf, type StepOutputs } from '../build/build-result.ts';
import { DistroError } from '../errors/distro-error.ts';
import { collect } from '../model/bytes.ts';
import type { OpenPgpSigner } from '../model/signer.ts';
import type { Plan } from '../plan/document.ts';
import type { Store } from '../store/store.ts';
import type { KeyringEntry } from '../supply-chain/signing/make-keyring.ts';

const ENTRIES_LIMIT = 1 << 16;

/**
 * Holds who signs a release to the keys of the distribution: what another key signs, no machine would take.
 *
 * @throws KEY_REFUSED when the distribution names keys and the signer has not the one that signs this release
 */
export async function checkSigner(
  plan: Plan,
  outputs: ReadonlyMap<string, StepOutputs>,
  { store, signer }: { readonly store: Store; readonly signer: OpenPgpSigner },
): Promise<void> {
  const step = plan.steps.find(({ kind }) => kind === 'keyring');
  if (step === undefined) return;
  const blob = await store.findBlob(blobOf(outputs, { step: step.id, output: 'entries' }));
  const entries = JSON.parse(
    Buffer.from(await collect(blob.read(), ENTRIES_LIMIT)).toString(),
  ) as readonly KeyringEntry[];
  const current = entries.find(({ signs }) => signs);
  if (current === undefined || current.fingerprint === signer.fingerprint) return;
  throw new DistroError(
    'KEY_REFUSED',
    `the key ${signer.fingerprint} was given, but ${current.fingerprint} signs this release`,
    { path: step.path, hint: "give that key, or change the 'from' of the certificates in signing" },
  );
}
