import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { blobOf, type StepOutputs } from '../../packages/core/src/build/build-result.ts';
import {
  CONFIG_TYPE,
  INDEX_TYPE,
  LAYER_TYPES,
  MANIFEST_TYPE,
} from '../../packages/core/src/formats/oci/media-types.ts';
import { descriptorOf } from '../../packages/core/src/formats/oci/write-image.ts';
import { bytesSource, collect } from '../../packages/core/src/model/bytes.ts';
import type { Plan } from '../../packages/core/src/plan/document.ts';
import { openRegistry } from '../../packages/core/src/registry/open-registry.ts';
import { imageReferrers, type ImageReferrers } from '../../packages/core/src/release/image-referrers.ts';
import { signProvenance } from '../../packages/core/src/release/sign-provenance.ts';
import { supplyChainFiles } from '../../packages/core/src/release/supply-chain-files.ts';
import { openStore } from '../../packages/core/src/store/open-store.ts';
import type { Store } from '../../packages/core/src/store/store.ts';
import { imageSigner } from '../../packages/core/src/supply-chain/signing/image-signer.ts';
import { goProgram } from '../support/go-program.ts';
import { startRegistry, type RegistryServer } from '../support/registry-server.ts';
import { buildSupplyChain, supplyChainPlan } from '../support/supply-chain-plan.ts';
import { requireTools } from '../support/tools.ts';

const run = promisify(execFile);

const newSigner = (): ReturnType<typeof imageSigner> => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return imageSigner({ privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() });
};

describe.skipIf(requireTools('docker-registry', 'go'))('the provenance of an image', () => {
  let work: string;
  let server: RegistryServer;
  let cosign: string;
  let attached: ImageReferrers;
  const signer = newSigner();
  const plan: Plan = supplyChainPlan();
  beforeAll(async () => {
    work = await mkdtemp(join(tmpdir(), 'distrokit-provenance-'));
    cosign = goProgram('cosign');
    server = await startRegistry('debian');
    const store = await openStore(join(work, 'store'));
    const outputs = await buildSupplyChain(plan, store);
    const files = await signProvenance(await supplyChainFiles(plan, { outputs, store }), { store, signer });
    attached = await imageReferrers(plan, outputs, files, store);
    await push(outputs, store);
  }, 900_000);
  afterAll(async () => {
    await server?.[Symbol.asyncDispose]();
    await rm(work, { recursive: true, force: true });
  });

  /** The image, then what is attached to it. */
  async function push(outputs: ReadonlyMap<string, StepOutputs>, store: Store): Promise<void> {
    const repository = openRegistry(server.host).repository('agent');
    const read = async (step: string, output: string): Promise<Uint8Array> =>
      collect((await store.findBlob(blobOf(outputs, { step, output }))).read(), 1 << 20);
    const image = 'image agent:v1.0.0 amd64';
    for (const [mediaType, step, output] of [
      [CONFIG_TYPE, image, 'config'],
      [LAYER_TYPES.gzip, 'layer agent amd64', 'layer'],
    ] as const) {
      const descriptor = descriptorOf(mediaType, blobOf(outputs, { step, output }));
      await repository.blobs.push(descriptor, bytesSource(await read(step, output)));
    }
    await repository.manifests.put({ mediaType: MANIFEST_TYPE, bytes: await read(image, 'manifest') });
    const index = { mediaType: INDEX_TYPE, bytes: await read('image agent:v1.0.0', 'index') };
    await repository.manifests.put(index, { tag: 'v1.0.0' });

    const manifests = new Set(attached.referrers.map(({ descriptor }) => descriptor.digest));
    for (const { sha256, size, text } of attached.contents) {
      if (manifests.has(`sha256:${sha256}`)) continue;
      const bytes = text === undefined ? await collect((await store.findBlob({ sha256, size })).read(), 1 << 20) : text;
      const descriptor = { mediaType: 'application/octet-stream', digest: `sha256:${sha256}`, size };
      await repository.blobs.push(descriptor, bytesSource(bytes));
    }
    for (const { descriptor, tag } of attached.referrers) {
      const { text = '' } = attached.contents.find(({ sha256 }) => descriptor.digest === `sha256:${sha256}`) ?? {};
      const manifest = { mediaType: MANIFEST_TYPE, bytes: new TextEncoder().encode(text) };
      await repository.manifests.put(manifest, tag === undefined ? {} : { tag });
    }
  }

  async function verify(
    at: string,
    publicKey: string | undefined,
  ): Promise<{ readonly ok: boolean; readonly output: string }> {
    const key = join(work, 'key.pub');
    await writeFile(key, publicKey ?? '');
    const flags = ['--insecure-ignore-tlog=true', '--allow-insecure-registry', '--private-infrastructure'];
    const args = ['verify-attestation', '--key', key, '--type', 'slsaprovenance1', ...flags, `${server.host}/${at}`];
    const env = { PATH: '/usr/bin:/bin', HOME: work, TUF_ROOT: join(work, 'tuf') };
    return run(cosign, args, { env }).then(
      ({ stdout }) => ({ ok: true, output: stdout }),
      ({ stderr }: { stderr: string }) => ({ ok: false, output: stderr }),
    );
  }

  test('is what cosign verifies, by the tag of the image and by the digest of a platform', async () => {
    const subjects = attached.referrers.map(({ subject }) => subject.digest);
    for (const at of ['agent:v1.0.0', `agent@${subjects[0]}`]) {
      const { ok, output } = await verify(at, signer.publicKey);
      expect({ at, ok }, output).toEqual({ at, ok: true });
      const { payload } = JSON.parse(output) as { readonly payload: string };
      const statement: unknown = JSON.parse(Buffer.from(payload, 'base64').toString());
      expect(statement).toMatchObject({
        predicateType: 'https://slsa.dev/provenance/v1',
        subject: [{ name: 'registry.harbor.example/agent' }],
      });
    }
  });

  test('is refused with another key', async () => {
    expect(await verify('agent:v1.0.0', newSigner().publicKey)).toMatchObject({ ok: false });
  });

  test('and the SBOMs are among the referrers of a platform', async () => {
    const repository = openRegistry(server.host).repository('agent');
    const platform = attached.referrers.find(({ artifactType }) => artifactType === 'application/spdx+json')?.subject;
    const found = await repository.referrers(platform?.digest ?? '');
    expect(found.map(({ artifactType = '' }) => artifactType).sort()).toEqual([
      'application/spdx+json',
      'application/vnd.cyclonedx+json',
      'application/vnd.dev.cosign.artifact.att.v1+json',
    ]);
  });
});
