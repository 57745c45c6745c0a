import { blobOf, type StepOutputs } from '../build/build-result.ts';
import { signRpm } from '../formats/rpm/sign-rpm.ts';
import { sha256Of } from '../model/digest.ts';
import { canonicalJson } from '../model/json.ts';
import type { OpenPgpSigner } from '../model/signer.ts';
import type { Plan } from '../plan/document.ts';
import type { Store } from '../store/store.ts';

/** Part of the key of what is kept: counted up when signing gives other bytes. */
const RECIPE = 1;

/** What {@link signPackages} takes. */
export interface SignPackagesOptions {
  readonly store: Store;
  readonly signer: OpenPgpSigner;
}

/**
 * The outputs of a build with signed rpms in place of the unsigned ones. Debian packages stay as they are: what apt trusts
 * is the signature of the repository. A package that the key has signed before is taken from the store.
 */
export async function signPackages(
  { distro, steps }: Plan,
  outputs: ReadonlyMap<string, StepOutputs>,
  { store, signer }: SignPackagesOptions,
): Promise<ReadonlyMap<string, StepOutputs>> {
  const signed = new Map(outputs);
  for (const { id, kind, ...step } of steps) {
    if (kind !== 'package' || !('format' in step) || step.format !== 'rpm') continue;
    const unsigned = blobOf(outputs, { step: id, output: 'package' });
    const { fingerprint: key } = signer;
    const keyed = canonicalJson({ recipe: RECIPE, sign: 'rpm', sha256: unsigned.sha256, key, date: distro.date });
    const known = await store.tryFindAction(sha256Of(keyed));
    const made = known?.outputs ?? { package: await store.put(signRpm(await store.findBlob(unsigned), signer)) };
    if (known === undefined) {
      await store.saveAction({ key: sha256Of(keyed), keyed, stepId: `sign ${id}`, ms: 0, outputs: made });
    }
    signed.set(id, { ...outputs.get(id), ...made });
  }
  return signed;
}
