import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeOpenPgpKey } from '../../../../../test/support/openpgp-keys.ts';
import { bytesSource } from '../../model/bytes.ts';
import { imageSigner } from './image-signer.ts';
import { signersFrom } from './signer-settings.ts';

const DATE = new Date('2026-11-21T00:00:00Z');
const CONTENT = new TextEncoder().encode('content');

let dir: string;
let openPgpKey: string;
let imageKey: string;
let imagePublicKey: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'distrokit-signers-'));
  openPgpKey = (await makeOpenPgpKey({ passphrase: 'correct horse' })).privateKey;
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  imageKey = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  imagePublicKey = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();
});
afterAll(async () => rm(dir, { recursive: true, force: true }));

async function put(name: string, content: string): Promise<string> {
  const file = join(dir, name);
  await writeFile(file, content);
  return file;
}

describe('signersFrom', () => {
  test('gives none where none are named', async () => {
    expect(await signersFrom({}, DATE)).toEqual({});
    expect(await signersFrom({ DISTROKIT_OPENPGP_KEY: '', DISTROKIT_IMAGE_KEY: '' }, DATE)).toEqual({});
  });

  test('reads keys from files and from other variables', async () => {
    const files = await signersFrom(
      {
        DISTROKIT_OPENPGP_KEY: await put('openpgp.key', openPgpKey),
        DISTROKIT_OPENPGP_PASSPHRASE: await put('passphrase', 'correct horse\n'),
        DISTROKIT_IMAGE_KEY: await put('image.key', imageKey),
      },
      DATE,
    );
    const variables = await signersFrom(
      {
        DISTROKIT_OPENPGP_KEY: 'env:A',
        A: openPgpKey,
        DISTROKIT_OPENPGP_PASSPHRASE: 'env:B',
        B: 'correct horse',
        DISTROKIT_IMAGE_KEY: 'env:C',
        C: imageKey,
      },
      DATE,
    );
    const content = bytesSource(CONTENT);
    const [one, two] = [await files.openPgp?.sign(content), await variables.openPgp?.sign(content)];
    expect(one).toBeInstanceOf(Uint8Array);
    expect(two).toEqual(one);
    expect(variables.images?.publicKey).toBe(imagePublicKey);
    expect(files.images?.publicKey).toBe(imagePublicKey);
  });

  test('runs a command for each signature', async () => {
    const { publicKey } = await makeOpenPgpKey();
    const { signature } = await imageSigner({ privateKey: imageKey }).sign(CONTENT);
    const { openPgp, images } = await signersFrom(
      {
        DISTROKIT_OPENPGP_KEY: 'exec:echo "no agent" >&2; exit 2',
        DISTROKIT_OPENPGP_CERTIFICATE: await put('certificate.asc', publicKey),
        DISTROKIT_OPENPGP_TEXT_COMMAND: 'echo "no text" >&2; exit 4',
        DISTROKIT_IMAGE_KEY: `exec:echo ${Buffer.from(signature).toString('base64')}`,
        DISTROKIT_IMAGE_PUBLIC_KEY: await put('image.pub', imagePublicKey),
      },
      DATE,
    );
    await expect(openPgp?.sign(bytesSource(CONTENT))).rejects.toThrow(/failed with exit code 2: no agent/u);
    await expect(openPgp?.clearSign('text\n')).rejects.toThrow(/failed with exit code 4: no text/u);
    expect(await images?.sign(CONTENT)).toEqual({ signature });
  });

  test('never says what a variable holds', async () => {
    const wrong = [
      { DISTROKIT_OPENPGP_KEY: openPgpKey },
      { DISTROKIT_OPENPGP_KEY: 'env:A', A: 'hunter2' },
      { DISTROKIT_OPENPGP_KEY: 'env:hunter2' },
      { DISTROKIT_OPENPGP_KEY: 'exec:hunter2' },
      { DISTROKIT_OPENPGP_KEY: 'env:A', A: openPgpKey, DISTROKIT_OPENPGP_PASSPHRASE: 'hunter2' },
      { DISTROKIT_OPENPGP_KEY: 'env:A', A: openPgpKey, DISTROKIT_OPENPGP_PASSPHRASE: 'env:B', B: 'hunter2' },
      { DISTROKIT_IMAGE_KEY: imageKey },
      { DISTROKIT_IMAGE_KEY: 'env:A', A: 'hunter2' },
    ];
    for (const env of wrong) {
      const error = await signersFrom(env, DATE).catch((failure: unknown) => failure);
      expect(error).toMatchObject({ code: 'KEY_INVALID' });
      expect(error).not.toHaveProperty('cause');
      expect(String(error) + JSON.stringify(error)).not.toMatch(/hunter2|BEGIN (?:PGP|PRIVATE)/u);
    }
  });
});
