import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { commandImageSigner, imageSigner } from './image-signer.ts';
import { signDsse, verifyDsse } from './dsse.ts';
import { signImage } from './sign-image.ts';
import { attestImage } from './attest-image.ts';
import { verifyImage, type VerifyImageOptions } from './verify-image.ts';
import type { ImageSigner } from '../../model/signer.ts';
import type { AttachedManifest } from './attached-manifest.ts';

const IMAGE = {
  mediaType: 'application/vnd.oci.image.index.v1+json',
  digest: `sha256:${'ab'.repeat(32)}`,
  size: 123,
} as const;
const REPOSITORY = 'registry.harbor.example/coredns';
const PAYLOAD = new TextEncoder().encode('{"_type":"https://in-toto.io/Statement/v1"}');

const KEYS = {
  'ECDSA P-256': pkcs8('ec'),
  Ed25519: pkcs8('ed25519'),
} as const;

function pkcs8(type: 'ec' | 'ed25519', passphrase?: string): string {
  const options = { type: 'pkcs8', format: 'pem' } as const;
  const encrypted = passphrase === undefined ? options : ({ ...options, cipher: 'aes-256-cbc', passphrase } as const);
  const { privateKey } =
    type === 'ec' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519');
  return privateKey.export(encrypted).toString();
}

/** A test key, such as RFC 6979 A.2.5 has it, and the signature of "sample" with sha256. */
const RFC6979 = {
  jwk: {
    kty: 'EC',
    crv: 'P-256',
    d: 'C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721',
    x: '60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6',
    y: '7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299',
  },
  r: 'EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716',
  s: 'F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8',
} as const;

function verifying({ blobs }: AttachedManifest, changes: Partial<VerifyImageOptions> = {}): VerifyImageOptions {
  const found = new Map(blobs.map(({ descriptor, content }) => [descriptor.digest, content]));
  return { digest: IMAGE.digest, publicKeys: [], blob: async (digest) => found.get(digest), ...changes };
}

describe.each(Object.entries(KEYS))('imageSigner with %s', (_, privateKey) => {
  const signer = imageSigner({ privateKey });
  const publicKeys = [signer.publicKey ?? ''];

  test('signs the same way each time', async () => {
    const sign = async (): Promise<AttachedManifest> => signImage({ image: IMAGE, repository: REPOSITORY, signer });
    expect(await sign()).toEqual(await sign());
    expect(await signDsse('a/b', PAYLOAD, signer)).toBe(await signDsse('a/b', PAYLOAD, signer));
  });

  test('signs images so that they verify', async () => {
    const signed = await signImage({ image: IMAGE, repository: REPOSITORY, signer });
    const verified = verifyImage(signed.content, verifying(signed, { publicKeys, repository: REPOSITORY }));
    await expect(verified).resolves.toBeUndefined();
    expect(signed.tag).toBe(`sha256-${'ab'.repeat(32)}.sig`);
    expect(JSON.parse(new TextDecoder().decode(signed.content))).toMatchObject({ subject: IMAGE });
  });

  test('signs envelopes so that they verify', async () => {
    const envelope = await signDsse('application/vnd.in-toto+json', PAYLOAD, signer);
    expect(verifyDsse(envelope, { payloadType: 'application/vnd.in-toto+json', publicKeys })).toEqual(PAYLOAD);
  });
});

describe('imageSigner', () => {
  test('makes the signature of RFC 6979', async () => {
    const base64url = (hex: string): string => Buffer.from(hex, 'hex').toString('base64url');
    const { kty, crv, d, x, y } = RFC6979.jwk;
    const jwk = { kty, crv, d: base64url(d), x: base64url(x), y: base64url(y) };
    const privateKey = createPrivateKey({ key: jwk, format: 'jwk' })
      .export({ type: 'pkcs8', format: 'pem' })
      .toString();
    const { signature } = await imageSigner({ privateKey }).sign(new TextEncoder().encode('sample'));
    const integer = (hex: string): string => `022100${hex}`;
    expect(Buffer.from(signature).toString('hex').toUpperCase()).toBe(`3046${integer(RFC6979.r)}${integer(RFC6979.s)}`);
  });

  test('decrypts its key, and says nothing of it when it cannot', () => {
    const privateKey = pkcs8('ec', 'correct');
    expect(imageSigner({ privateKey, passphrase: 'correct' }).publicKey).toMatch(/^-----BEGIN PUBLIC KEY-----\n/u);
    const refusal = (passphrase: string | undefined, key = privateKey): unknown => {
      try {
        return imageSigner({ privateKey: key, passphrase });
      } catch (error) {
        return error;
      }
    };
    for (const error of [refusal(undefined), refusal('hunter2'), refusal(undefined, 'secret text')]) {
      expect(error).toMatchObject({ code: 'KEY_INVALID' });
      expect(error).not.toHaveProperty('cause');
      expect(JSON.stringify(error) + String(error)).not.toMatch(/hunter2|secret|BEGIN/u);
    }
  });

  test('refuses other keys', () => {
    const options = { type: 'pkcs8', format: 'pem' } as const;
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export(options).toString();
    const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey.export(options).toString();
    for (const privateKey of [rsa, p384]) {
      expect(() => imageSigner({ privateKey })).toThrow(expect.objectContaining({ code: 'KEY_REFUSED' }));
    }
    const cosign =
      '-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED SIGSTORE PRIVATE KEY-----\n';
    expect(() => imageSigner({ privateKey: cosign })).toThrow(/encrypted in the form of cosign/u);
  });
});

describe('verifyImage refuses', () => {
  const signer: ImageSigner = imageSigner({ privateKey: KEYS['ECDSA P-256'] });
  const publicKeys = [signer.publicKey ?? ''];
  const expectRefusal = async (
    change: (signed: AttachedManifest) => { manifest?: Uint8Array; options?: Partial<VerifyImageOptions> },
    reason: RegExp,
  ): Promise<void> => {
    const signed = await signImage({ image: IMAGE, repository: REPOSITORY, signer });
    const { manifest = signed.content, options: changed } = change(signed);
    const refusal = { code: 'SIGNATURE_INVALID', message: expect.stringMatching(reason) };
    await expect(verifyImage(manifest, verifying(signed, { publicKeys, ...changed }))).rejects.toMatchObject(refusal);
  };

  test('another key, another image, another repository', async () => {
    const stranger = imageSigner({ privateKey: pkcs8('ec') }).publicKey ?? '';
    await expectRefusal(() => ({ options: { publicKeys: [stranger] } }), /by no trusted key/u);
    await expectRefusal(() => ({ options: { digest: `sha256:${'00'.repeat(32)}` } }), /it is for sha256:abab/u);
    await expectRefusal(() => ({ options: { repository: 'elsewhere.example/x' } }), /it is for registry.harbor/u);
  });

  test('missing and changed parts', async () => {
    await expectRefusal(() => ({ options: { blob: async () => undefined } }), /is missing/u);
    await expectRefusal(() => ({ options: { blob: async () => PAYLOAD } }), /its blob is not/u);
    await expectRefusal(() => ({ manifest: PAYLOAD }), /is not one/u);
    await expectRefusal(() => ({ manifest: Uint8Array.of(0xff) }), /is not one/u);
    const without = (signed: AttachedManifest): Uint8Array =>
      Buffer.from(Buffer.from(signed.content).toString().replace('dev.cosignproject.cosign/signature', 'other'));
    await expectRefusal((signed) => ({ manifest: without(signed) }), /by no trusted key/u);
  });
});

describe('verifyDsse refuses', () => {
  const signer = imageSigner({ privateKey: KEYS.Ed25519 });
  const trusted = { payloadType: 'a/b', publicKeys: [signer.publicKey ?? ''] };

  test('a flipped bit, wherever it is', async () => {
    const envelope = await signDsse('a/b', PAYLOAD, signer);
    const accepted = [...envelope].filter((character, at) => {
      const flipped = String.fromCodePoint((character.codePointAt(0) ?? 0) ^ 1);
      try {
        verifyDsse(`${envelope.slice(0, at)}${flipped}${envelope.slice(at + 1)}`, trusted);
        return true;
      } catch {
        return false;
      }
    });
    expect(accepted).toEqual([]);
  });

  test('another type and another key', async () => {
    const envelope = await signDsse('a/c', PAYLOAD, signer);
    expect(() => verifyDsse(envelope, trusted)).toThrow(/holds a\/c instead of a\/b/u);
    const stranger = imageSigner({ privateKey: pkcs8('ed25519') }).publicKey ?? '';
    expect(() => verifyDsse(envelope, { payloadType: 'a/c', publicKeys: [stranger] })).toThrow(/by a trusted key/u);
  });
});

test('attestations of an image are one manifest under one tag', async () => {
  const signer = imageSigner({ privateKey: KEYS.Ed25519 });
  const envelope = await signDsse('application/vnd.in-toto+json', PAYLOAD, signer);
  const attached = attestImage(IMAGE, [{ envelope, predicateType: 'https://slsa.dev/provenance/v1' }]);
  expect(attached.tag).toBe(`sha256-${'ab'.repeat(32)}.att`);
  expect(new TextDecoder().decode(attached.blobs[1]?.content)).toBe(envelope);
});

describe('commandImageSigner', () => {
  test('takes a signature in base64, and refuses one by another key', async () => {
    const signer = imageSigner({ privateKey: KEYS.Ed25519 });
    const { signature } = await signer.sign(PAYLOAD);
    const command = ['echo', Buffer.from(signature).toString('base64')] as const;
    const asked = commandImageSigner({ command, publicKey: signer.publicKey ?? '' });
    expect(await asked.sign(PAYLOAD)).toEqual({ signature });
    await expect(asked.sign(Uint8Array.of(1))).rejects.toMatchObject({ code: 'SIGNING_FAILED' });
  });

  test('keeps keys out of what a command says when it fails', async () => {
    const publicKey = imageSigner({ privateKey: KEYS.Ed25519 }).publicKey ?? '';
    const command = ['sh', '-c', 'echo "cannot use -----BEGIN PRIVATE KEY----- MC4CAQ" >&2; exit 3'] as const;
    await expect(commandImageSigner({ command, publicKey }).sign(PAYLOAD)).rejects.toMatchObject({
      message: 'the signing command sh failed with exit code 3: cannot use …',
    });
  });
});
