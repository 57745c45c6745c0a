import { beforeAll, describe, expect, test } from 'vitest';
import { makeOpenPgpKey } from '../../../../../test/support/openpgp-keys.ts';
import { testSpec } from '../../../../../test/support/package-spec.ts';
import { bytesSource, collect, memorySpool, type ByteSource } from '../../model/bytes.ts';
import type { OpenPgpSigner } from '../../model/signer.ts';
import { openPgpSigner } from '../../supply-chain/signing/openpgp-signer.ts';
import { verifyRpm } from '../../supply-chain/signing/verify-rpm.ts';
import { bytes, encodeHeader } from './header.ts';
import { ByteReader } from '../byte-reader.ts';
import { readHeaders } from './read-headers.ts';
import { readRpm } from './read-rpm.ts';
import { signaturePadding } from './signature.ts';
import { readRpmSignature, signRpm } from './sign-rpm.ts';
import { SIGNATURE_TAG } from './tags.ts';
import { writeRpm } from './write-rpm.ts';

const DATE = new Date('2026-11-21T00:00:00Z');
const SPEC = testSpec({ relations: {} });

async function signed(rpm: ByteSource, signer: OpenPgpSigner): Promise<ByteSource> {
  return bytesSource(await collect(signRpm(rpm, signer), 1 << 24));
}

async function bytesOf(rpm: ByteSource): Promise<Buffer> {
  return Buffer.from(await collect(rpm.read(), 1 << 24));
}

let rpm: ByteSource;
let rsa: OpenPgpSigner;
let ed25519: OpenPgpSigner;
beforeAll(async () => {
  rpm = bytesSource(await collect(writeRpm(SPEC, { compression: 'zstd', spool: memorySpool }), 1 << 24));
  rsa = await openPgpSigner({ privateKey: (await makeOpenPgpKey({ type: 'rsa' })).privateKey, date: DATE });
  ed25519 = await openPgpSigner({ privateKey: (await makeOpenPgpKey()).privateKey, date: DATE });
});

describe('signRpm', () => {
  test('changes nothing but the signature header', async () => {
    const one = await signed(rpm, rsa);
    expect(one.size).toBe(rpm.size);
    const before = await readRpm(rpm);
    const after = await readRpm(one);
    expect(before.signed).toBe(false);
    expect(after).toEqual({ ...before, signed: true });
    const { start } = before.headerRange;
    expect((await bytesOf(one)).subarray(start).equals((await bytesOf(rpm)).subarray(start))).toBe(true);
  });

  test.each([
    ['RSA', 'rsa', () => rsa],
    ['Ed25519', 'dsa', () => ed25519],
  ] as const)('puts %s under its tag, where it verifies', async (_, tag, signer) => {
    const one = await signed(rpm, signer());
    const { signature } = await readHeaders(new ByteReader(one.read(), 'rpm'));
    expect(signature.tags.has(SIGNATURE_TAG[tag])).toBe(true);
    const verified = await verifyRpm(one, { certificates: [signer().certificate], date: DATE });
    expect(verified).toEqual({ fingerprint: signer().fingerprint, created: DATE });
  });

  test('replaces a signature', async () => {
    const once = await bytesOf(await signed(rpm, rsa));
    const again = await signed(await signed(rpm, ed25519), rsa);
    expect((await bytesOf(again)).equals(once)).toBe(true);
  });

  test('makes room where none was reserved', async () => {
    const source = await bytesOf(rpm);
    const headers = await readHeaders(new ByteReader(rpm.read(), 'rpm'));
    const tags = new Map([...headers.signature.tags].filter(([tag]) => tag !== SIGNATURE_TAG.reservedSpace));
    const bare = encodeHeader(tags, SIGNATURE_TAG.headerSignatures);
    const { start } = (await readRpm(rpm)).headerRange;
    const padding = Buffer.alloc(signaturePadding(bare.length));
    const tight = bytesSource(Buffer.concat([headers.lead, bare, padding, source.subarray(start)]));
    const one = await signed(tight, rsa);
    expect((await readRpm(one)).signed).toBe(true);
    await expect(verifyRpm(one, { certificates: [rsa.certificate], date: DATE })).resolves.toBeDefined();
  });

  test('refuses a package whose header is not what its digests say', async () => {
    const damaged = await bytesOf(rpm);
    const at = (await readRpm(rpm)).headerRange.end - 20;
    damaged.writeUInt8(damaged.readUInt8(at) ^ 1, at);
    await expect(signed(bytesSource(damaged), rsa)).rejects.toMatchObject({ code: 'FORMAT_INVALID' });
  });
});

describe('verifyRpm', () => {
  test('refuses an unsigned package, and one by a stranger', async () => {
    const options = { certificates: [rsa.certificate], date: DATE };
    const refusal = { code: 'SIGNATURE_INVALID' };
    await expect(verifyRpm(rpm, options)).rejects.toMatchObject({
      ...refusal,
      message: expect.stringMatching(/is not signed/u),
    });
    const stranger = await signed(rpm, ed25519);
    await expect(verifyRpm(stranger, options)).rejects.toMatchObject({
      ...refusal,
      message: expect.stringMatching(/is not trusted/u),
    });
  });

  test('refuses a signature under the wrong tag', async () => {
    const one = await signed(rpm, ed25519);
    const headers = await readHeaders(new ByteReader(one.read(), 'rpm'));
    const { signature = new Uint8Array() } = await readRpmSignature(one);
    const tags = new Map(headers.signature.tags);
    tags.delete(SIGNATURE_TAG.dsa);
    tags.set(SIGNATURE_TAG.rsa, bytes(signature));
    const wrong = encodeHeader(tags, SIGNATURE_TAG.headerSignatures);
    const { start } = (await readRpm(one)).headerRange;
    const rest = (await bytesOf(one)).subarray(start);
    const padding = Buffer.alloc(signaturePadding(wrong.length));
    const changed = bytesSource(Buffer.concat([headers.lead, wrong, padding, rest]));
    await expect(readRpmSignature(changed)).rejects.toMatchObject({
      message: expect.stringMatching(/under the wrong tag/u),
    });
  });
});
