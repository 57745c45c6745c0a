import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bytesSource } from '../../packages/core/src/model/bytes.ts';
import { sha256Of } from '../../packages/core/src/model/digest.ts';
import type { ImageSigner } from '../../packages/core/src/model/signer.ts';
import type { Descriptor } from '../../packages/core/src/registry/content.ts';
import { openRegistry } from '../../packages/core/src/registry/open-registry.ts';
import type { Repository } from '../../packages/core/src/registry/registry.ts';
import { attestImage } from '../../packages/core/src/supply-chain/signing/attest-image.ts';
import type { AttachedManifest } from '../../packages/core/src/supply-chain/signing/attached-manifest.ts';
import { signDsse } from '../../packages/core/src/supply-chain/signing/dsse.ts';
import { commandImageSigner, imageSigner } from '../../packages/core/src/supply-chain/signing/image-signer.ts';
import { keylessSigner } from '../../packages/core/src/supply-chain/signing/keyless-signer.ts';
import { signImage } from '../../packages/core/src/supply-chain/signing/sign-image.ts';
import { goProgram } from '../support/go-program.ts';
import { randomLayer, writeImage } from '../support/oci-content.ts';
import { startRegistry, type RegistryServer } from '../support/registry-server.ts';
import { identityToken, startSigstore } from '../support/sigstore-server.ts';
import { requireTools } from '../support/tools.ts';

const run = promisify(execFile);

/** Puts what is attached to an image where its images are. */
async function attach(repository: Repository, attached: AttachedManifest): Promise<void> {
  for (const { descriptor, content } of attached.blobs) {
    await repository.blobs.push(descriptor, bytesSource(content));
  }
  const { mediaType } = attached.descriptor;
  await repository.manifests.put({ mediaType, bytes: attached.content }, { tag: attached.tag });
}

describe.skipIf(requireTools('docker-registry', 'go'))('cosign', () => {
  let work: string;
  let server: RegistryServer;
  let cosign: string;
  beforeAll(async () => {
    work = mkdtempSync(join(tmpdir(), 'distrokit-cosign-'));
    cosign = goProgram('cosign');
    server = await startRegistry('debian');
  }, 900_000);
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    rmSync(work, { recursive: true, force: true });
  });

  interface Run {
    readonly ok: boolean;
    readonly output: string;
  }

  async function ask(...args: readonly string[]): Promise<Run> {
    const env = { PATH: '/usr/bin:/bin', HOME: work, TUF_ROOT: join(work, 'tuf'), COSIGN_PASSWORD: 'secret' };
    return run(cosign, args, { env: { ...env, COSIGN_EXPERIMENTAL: '1' } }).then(
      ({ stdout, stderr }) => ({ ok: true, output: stdout + stderr }),
      ({ stdout, stderr }: { stdout: string; stderr: string }) => ({ ok: false, output: stdout + stderr }),
    );
  }

  function put(name: string, content: string): string {
    const file = join(work, name);
    writeFileSync(file, content);
    return file;
  }

  /** A new image in a repository of its own. */
  async function newImage(name: string): Promise<{ repository: Repository; image: Descriptor; at: string }> {
    const repository = openRegistry(server.host).repository(name);
    const { descriptor: image } = await writeImage(repository, { layers: [randomLayer(100)] });
    return { repository, image, at: `${repository.name}@${image.digest}` };
  }

  function verify(at: string, publicKey: string, ...more: readonly string[]): Promise<Run> {
    const flags = ['--insecure-ignore-tlog=true', '--allow-insecure-registry', '--private-infrastructure'];
    return ask('verify', '--key', publicKey, ...flags, ...more, at);
  }

  const pkcs8 = { type: 'pkcs8', format: 'pem' } as const;
  const ecKey = (): string => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export(pkcs8).toString();
  const keys: readonly (readonly [string, string])[] = [
    ['ecdsa', ecKey()],
    ['ed25519', generateKeyPairSync('ed25519').privateKey.export(pkcs8).toString()],
  ];

  describe.each(keys)('with %s', (name, privateKey) => {
    let signer: ImageSigner;
    let publicKey: string;
    let signed: Awaited<ReturnType<typeof newImage>>;
    let signature: AttachedManifest;
    beforeAll(async () => {
      signer = imageSigner({ privateKey });
      publicKey = put(`${name}.pub`, signer.publicKey ?? '');
      signed = await newImage(name);
      signature = await signImage({ image: signed.image, repository: signed.repository.name, signer });
      await attach(signed.repository, signature);
    });

    test('accepts a signature by its tag', async () => {
      const { ok, output } = await verify(signed.at, publicKey);
      expect(output).toContain('The signatures were verified against the specified public key');
      expect(output).toContain(signed.image.digest);
      expect(ok).toBe(true);
    });

    test('accepts a signature as a referrer', async () => {
      expect(await verify(signed.at, publicKey, '--experimental-oci11')).toMatchObject({ ok: true });
    });

    test('refuses another key', async () => {
      const other = put('other.pub', imageSigner({ privateKey: ecKey() }).publicKey ?? '');
      expect(await verify(signed.at, other)).toMatchObject({ ok: false });
    });

    test('refuses an unsigned image, and the signature of another one', async () => {
      const { repository, image, at } = await newImage(`${name}-other`);
      expect(await verify(at, publicKey)).toMatchObject({ ok: false });
      await attach(repository, { ...signature, tag: `${image.digest.replace(':', '-')}.sig` });
      expect(await verify(at, publicKey)).toMatchObject({ ok: false });
    });

    test('refuses a tampered payload', async () => {
      const { repository, image, at } = await newImage(`${name}-tampered`);
      const made = await signImage({ image, repository: repository.name, signer });
      const edit = (bytes: Uint8Array, from: string, to: string): Uint8Array =>
        Buffer.from(Buffer.from(bytes).toString().replaceAll(from, to));
      const payload = made.blobs[1];
      if (payload === undefined) throw new Error('no payload');
      const content = edit(payload.content, '"optional":null', '"optional":[  ]');
      const digest = `sha256:${sha256Of(content)}`;
      const blobs = made.blobs.map((blob) =>
        blob === payload ? { content, descriptor: { ...blob.descriptor, digest } } : blob,
      );
      await attach(repository, { ...made, blobs, content: edit(made.content, payload.descriptor.digest, digest) });
      expect(await verify(at, publicKey)).toMatchObject({ ok: false });
    });

    test('accepts an attestation, and refuses it with another key', async () => {
      const predicateType = 'https://slsa.dev/provenance/v1';
      const statement = {
        _type: 'https://in-toto.io/Statement/v1',
        subject: [{ name: signed.repository.name, digest: { sha256: signed.image.digest.slice('sha256:'.length) } }],
        predicateType,
        predicate: { buildDefinition: {}, runDetails: {} },
      };
      const payload = new TextEncoder().encode(JSON.stringify(statement));
      const envelope = await signDsse('application/vnd.in-toto+json', payload, signer);
      await attach(signed.repository, attestImage(signed.image, [{ envelope, predicateType }]));
      const attested = (key: string): Promise<Run> => {
        const flags = ['--insecure-ignore-tlog=true', '--allow-insecure-registry', '--private-infrastructure'];
        return ask('verify-attestation', '--key', key, '--type', predicateType, ...flags, signed.at);
      };
      expect(await attested(publicKey)).toMatchObject({ ok: true });
      const other = put('other.pub', imageSigner({ privateKey: ecKey() }).publicKey ?? '');
      expect(await attested(other)).toMatchObject({ ok: false });
      expect(await verify(signed.at, publicKey)).toMatchObject({ ok: true });
    });
  });

  test('holds the key itself, as a command', async () => {
    const prefix = join(work, 'own');
    expect(await ask('generate-key-pair', '--output-key-prefix', prefix)).toMatchObject({ ok: true });
    const { stdout: publicKey } = await run('cat', [`${prefix}.pub`]);
    const env = ['env', 'COSIGN_PASSWORD=secret', `HOME=${work}`] as const;
    const command = [
      ...env,
      cosign,
      'sign-blob',
      '--key',
      `${prefix}.key`,
      '--tlog-upload=false',
      '--yes',
      '-',
    ] as const;
    const signer = commandImageSigner({ command, publicKey });
    const { repository, image, at } = await newImage('own');
    await attach(repository, await signImage({ image, repository: repository.name, signer }));
    expect(await verify(at, `${prefix}.pub`)).toMatchObject({ ok: true });
  });

  test('a token stays out of what is said when keyless signing fails', async () => {
    const signer = keylessSigner({ identityToken: 'a.secret.token', fulcioUrl: 'http://127.0.0.1:9' });
    const error = await signer.sign(Uint8Array.of(1)).catch((failure: unknown) => failure);
    expect(error).toMatchObject({ code: 'SIGNING_FAILED' });
    expect(String(error) + JSON.stringify(error)).not.toContain('secret');
  });

  test('accepts a keyless signature for its identity alone', async () => {
    await using sigstore = await startSigstore();
    const subject = 'https://ci.harbor.example/release.yaml@refs/heads/main';
    const issuer = 'https://issuer.harbor.example';
    const token = identityToken({ sub: subject, iss: issuer });
    const signer = keylessSigner({ identityToken: token, fulcioUrl: sigstore.url, rekorUrl: sigstore.url });
    const { repository, image, at } = await newImage('keyless');
    await attach(repository, await signImage({ image, repository: repository.name, signer }));
    const root = put('root.json', sigstore.trustedRoot);
    const check = (identity: string): Promise<Run> => {
      const who = ['--certificate-identity', identity, '--certificate-oidc-issuer', issuer];
      return ask('verify', '--trusted-root', root, ...who, '--allow-insecure-registry', '--offline', at);
    };
    const accepted = await check(subject);
    expect(accepted.output).toContain('code-signing certificate was verified');
    expect(accepted.ok).toBe(true);
    expect(await check('someone@else.example')).toMatchObject({ ok: false });
  });
});
