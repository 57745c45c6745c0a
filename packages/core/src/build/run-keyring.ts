import { collect } from '../model/bytes.ts';
import { canonicalJson, type JsonObject } from '../model/json.ts';
import { CERTIFICATE_LIMIT } from '../supply-chain/signing/read-certificates.ts';
import { makeKeyring } from '../supply-chain/signing/make-keyring.ts';
import type { Runner } from './runner.ts';

/**
 * Checks the certificates of the distribution and makes the keyring of them.
 *
 * @throws KEY_EXPIRES, KEY_REFUSED, KEY_INVALID
 */
export const runKeyring: Runner<'keyring'> = async (step, context) => {
  const certificates = await Promise.all(
    step.certificates.map(async ({ name, content, signs }) => {
      const bytes = await collect((await context.input(content)).read(), CERTIFICATE_LIMIT);
      return { name, signs, armored: new TextDecoder().decode(bytes) };
    }),
  );
  const date = new Date(step.date * 1000);
  const { binary, armored, entries } = await makeKeyring(certificates, { date, margin: step.margin });
  const { store } = context;
  return {
    binary: await store.put(binary),
    armored: await store.put(armored),
    entries: await store.put(canonicalJson(entries as unknown as readonly JsonObject[])),
  };
};
