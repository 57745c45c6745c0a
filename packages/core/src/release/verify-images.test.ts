import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { testReleasePlan } from '../../../../test/support/built-release.ts';
import { runningImage, testImageSteps } from '../../../../test/support/image-steps.ts';
import { execute } from '../build/execute.ts';
import { createRunners } from '../build/runners.ts';
import { sha256Of } from '../model/digest.ts';
import { imagePlaceholder } from '../model/image-placeholder.ts';
import { prettyJson, type JsonObject } from '../model/json.ts';
import type { Plan } from '../plan/document.ts';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { formatChecksums } from './checksums.ts';
import type { Release } from './document.ts';
import { explain } from './explain.ts';
import { readRelease } from './read-release.ts';
import { verifyRelease } from './verify.ts';
import { writeRelease } from './write-release.ts';

let dir: string;
let output: string;
let store: Store;
let release: Release;

const plan = ((): Plan => {
  const base = testReleasePlan('#!/bin/sh\n', 1);
  const images = [...testImageSteps('dns', 'one'), ...testImageSteps('agent', 'two').slice(1)];
  const tree = {
    ...base.distro.tree,
    children: ['tool', 'dns', 'agent'].map((id) => ({
      id,
      path: `harbor/${id}`,
      kind: 'X',
      dependsOn: [],
      children: [],
    })),
  };
  const component = { name: 'tool', version: '1.0.0', source: 'file:tool', path: 'harbor/tool', binaries: [] };
  const steps = base.steps.map((step) =>
    step.kind === 'manifests' ? runningImage(step, base.distro.registry, 'dns') : step,
  );
  return { ...base, distro: { ...base.distro, components: [component], tree }, steps: [...images, ...steps] };
})();

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'distrokit-verify-images-'));
  output = join(dir, 'dist');
  store = await openStore(join(dir, 'store'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));
beforeEach(async () => {
  const { outputs } = await execute(plan, { store, runners: createRunners(), appDir: dir });
  release = await writeRelease(plan, outputs, { store, output });
});

const at = (file: string): string => join(output, file);
const problems = async (): Promise<readonly string[]> =>
  (await verifyRelease(output)).map(({ code, message, path }) => `${code} [${path ?? ''}] ${message}`);
const blob = (digest: string): string => `images/blobs/sha256/${digest.replace('sha256:', '')}`;

interface Document {
  readonly config: { digest: string; size: number };
  readonly layers: { digest: string; size: number; mediaType: string }[];
  readonly manifests: { digest: string; size: number; platform?: JsonObject; annotations?: Record<string, string> }[];
  readonly rootfs: { diff_ids: string[] };
  architecture: string;
}
const json = async (file: string): Promise<Document> => JSON.parse(await readFile(at(file), 'utf8')) as Document;

/** Replaces files of the release and makes digests and sums agree: what only looking into the images can find. */
async function forge(
  files: Readonly<Record<string, string | Uint8Array>>,
  change = (it: Release): Release => it,
): Promise<void> {
  const old = await readRelease(output);
  const entries = new Map(old.files.map((entry) => [entry.file, entry]));
  for (const [file, bytes] of Object.entries(files)) {
    await writeFile(at(file), bytes);
    entries.set(file, { file, path: 'harbor/dns', sha256: sha256Of(bytes), size: Buffer.byteLength(bytes) });
  }
  const next = change({ ...old, files: [...entries.values()] });
  const text = prettyJson(next as unknown as JsonObject);
  await writeFile(at('release.json'), text);
  await writeFile(at('SHA256SUMS'), formatChecksums([...next.files, { file: 'release.json', sha256: sha256Of(text) }]));
}

/** Changes the image `dns` for its first platform from the inside out, with every digest on the way made right. */
async function rebuild(
  change: (documents: { config: Document; manifest: Document; index: Document }) => void,
): Promise<void> {
  const dns = release.images.find(({ name }) => name === 'dns') as Release['images'][number];
  const root = await json('images/index.json');
  const index = await json(blob(dns.digest));
  const manifest = await json(blob(index.manifests[0]?.digest ?? ''));
  const config = await json(blob(manifest.config.digest));
  const files: Record<string, string> = {};
  const keep = (descriptor: { digest: string; size: number } | undefined, document: Document): void => {
    if (descriptor === undefined) throw new TypeError('nothing to change');
    const text = JSON.stringify(document);
    Object.assign(descriptor, { digest: `sha256:${sha256Of(text)}`, size: text.length });
    files[blob(descriptor.digest)] = text;
  };
  const before = JSON.stringify([config, manifest, index]);
  change({ config, manifest, index });
  expect(JSON.stringify([config, manifest, index])).not.toBe(before);
  keep(manifest.config, config);
  keep(index.manifests[0], manifest);
  const entry = root.manifests.find(({ digest }) => digest === dns.digest);
  keep(entry, index);
  const made = Object.keys(files);
  files['images/index.json'] = JSON.stringify(root);
  const digest = entry?.digest ?? '';
  const parts = [...index.manifests, manifest.config, ...manifest.layers].map((one) => blob(one.digest));
  await forge(files, (it) => ({
    ...it,
    images: it.images.map((image) =>
      image.name === 'dns'
        ? { ...image, digest, files: [...new Set([...image.files, ...made, ...parts])].sort() }
        : image,
    ),
  }));
}

describe('a release with images', () => {
  test('is whole as it is written', async () => {
    expect(await problems()).toEqual([]);
    expect(release.images).toMatchObject([
      { name: 'dns', tag: '1', platforms: ['linux/amd64', 'linux/arm64/v8'], path: 'harbor/dns' },
      { name: 'agent', tag: '1', path: 'harbor/agent' },
    ]);
  });

  test('holds each blob once, with the construct that all its images have in common', async () => {
    const files = release.images.flatMap((image) => image.files);
    // Of each image an index, two manifests, two configurations and two layers; and the layer that both share.
    expect(new Set(files).size).toBe(2 * 7 + 1);
    expect(files).toHaveLength(2 * 8);
    const [dns, agent] = release.images;
    const shared = dns?.files.filter((file) => agent?.files.includes(file)) ?? [];
    expect(shared).toHaveLength(1);
    expect(release.files.find(({ file }) => file === shared[0])?.path).toBe('harbor');
    expect(explain(release, shared[0] ?? '')).toMatchObject({ images: [{ name: 'dns' }, { name: 'agent' }] });
    expect(explain(release, 'harbor/agent')).toMatchObject({ images: [{ name: 'agent' }] });
  });

  test('names the image in its manifests by the digest that was built', async () => {
    const digest = release.images[0]?.digest ?? '';
    const manifest = await readFile(at('manifests/dns/0001-pod-pod-0.yaml'), 'utf8');
    expect(manifest).toContain(`image: registry.harbor.example/dns:1@${digest}\n`);
    expect(release.addOns[0]?.images).toEqual([`registry.harbor.example/dns:1@${digest}`]);
    expect(digest).toBe(`sha256:${sha256Of(await readFile(at(blob(digest))))}`);
  });
});

describe('verify finds', () => {
  test('a changed byte of any blob, once', async () => {
    for (const file of release.images[0]?.files ?? []) {
      const bytes = await readFile(at(file));
      const changed = Uint8Array.from(bytes);
      changed[10] = (changed[10] ?? 0) ^ 1;
      await writeFile(at(file), changed);
      expect(await problems()).toEqual([
        expect.stringMatching(`^DIGEST_MISMATCH \\[harbor[a-z/]*\\] ${file} has sha256`),
      ]);
      await writeFile(at(file), bytes);
    }
  });

  test('a layer that is missing from the release', async () => {
    const { layers } = await json(blob((await json(blob(release.images[0]?.digest ?? ''))).manifests[0]?.digest ?? ''));
    const file = blob(layers[1]?.digest ?? '');
    await rm(at(file));
    await forge({}, (it) => ({ ...it, files: it.files.filter((entry) => entry.file !== file) }));
    expect(await problems()).toContain(`RELEASE_INVALID [harbor/dns] ${file} is needed and not in the release`);
  });

  test.each<[string, Parameters<typeof rebuild>[0], string]>([
    [
      'a wrong diff id',
      ({ config }) => void (config.rootfs.diff_ids[0] = `sha256:${'0'.repeat(64)}`),
      'its configuration says sha256:000',
    ],
    ['too few diff ids', ({ config }) => void config.rootfs.diff_ids.pop(), 'has 2 layers and 1 diff ids'],
    [
      'another platform inside',
      ({ config }) => void (config.architecture = 's390x'),
      'has a configuration for linux/s390x',
    ],
    [
      'another platform outside',
      ({ index }) => void Object.assign(index.manifests[0] ?? {}, { platform: { os: 'linux', architecture: 's390x' } }),
      'for linux/s390x has a configuration for linux/amd64',
    ],
    ['no platform', ({ index }) => void delete index.manifests[0]?.platform, 'has a manifest for no platform'],
    [
      'a missing platform',
      ({ index }) => void index.manifests.pop(),
      'is for linux/amd64, but release.json says linux/amd64 linux/arm64/v8',
    ],
    [
      'a wrong size',
      ({ manifest }) => void Object.assign(manifest.layers[0] ?? {}, { size: 1 }),
      'bytes, its descriptor says 1',
    ],
    [
      'a layer of another kind',
      ({ manifest }) => void Object.assign(manifest.layers[0] ?? {}, { mediaType: 'x' }),
      'layers.0.mediaType',
    ],
    [
      'layers in another order',
      ({ manifest }) => void manifest.layers.reverse(),
      'uncompressed, its configuration says',
    ],
  ])('%s', async (_, change, fault) => {
    await rebuild(change);
    expect(await problems()).toContainEqual(expect.stringContaining(fault));
    expect((await problems()).every((problem) => problem.includes('[harbor/dns]'))).toBe(true);
  });

  test('an image that is in one of the two lists only', async () => {
    const root = await json('images/index.json');
    await forge({ 'images/index.json': JSON.stringify({ ...root, manifests: root.manifests.slice(1) }) });
    expect(await problems()).toEqual([
      'RELEASE_INVALID [harbor/agent] images/index.json has no image registry.harbor.example/agent:1',
    ]);
    await forge({ 'images/index.json': JSON.stringify(root) }, (it) => ({ ...it, images: it.images.slice(0, 1) }));
    expect(await problems()).toContain(
      'RELEASE_INVALID [harbor] release.json has no image registry.harbor.example/agent:1, but images/index.json does',
    );
  });

  test('a blob that belongs to no image', async () => {
    const file = blob(sha256Of('stray'));
    await forge({ [file]: 'stray' });
    expect(await problems()).toEqual([`RELEASE_INVALID [harbor/dns] ${file} belongs to no image`]);
  });

  test('what refers to an image that is not there', async () => {
    const root = await json('images/index.json');
    const referrer = root.manifests.find(({ annotations }) => annotations?.['io.containerd.image.name'] === undefined);
    if (referrer === undefined) throw new TypeError('images have referrers');
    const text = JSON.stringify({
      ...(await json(blob(referrer.digest))),
      subject: { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest: `sha256:${'a'.repeat(64)}`, size: 1 },
    });
    const old = blob(referrer.digest);
    Object.assign(referrer, { digest: `sha256:${sha256Of(text)}`, size: text.length });
    await forge({ [blob(sha256Of(text))]: text, 'images/index.json': JSON.stringify(root) });
    expect(await problems()).toContainEqual(
      expect.stringMatching(/RELEASE_INVALID .* refers to sha256:a{64}, which is no image of the release$/),
    );
    expect(old).not.toBe(blob(referrer.digest));
  });

  test('a root that is no layout', async () => {
    await forge({ 'images/oci-layout': '{"imageLayoutVersion":"9"}' });
    expect(await problems()).toEqual([
      expect.stringContaining('FORMAT_INVALID [harbor] images/oci-layout: imageLayoutVersion'),
    ]);
  });

  test.each([
    ['registry.harbor.example/gone:1', 'is not in the release'],
    ['registry.harbor.example/dns:2', 'is not in the release'],
    [`registry.harbor.example/dns:1@sha256:${'a'.repeat(64)}`, 'has another digest in the release'],
    [`registry.harbor.example/dns@sha256:${'a'.repeat(64)}`, 'has another digest in the release'],
    [`registry.harbor.example/dns:1@sha256:${imagePlaceholder('dns', '1')}`, 'has another digest in the release'],
  ])('%s in a manifest', async (image, fault) => {
    const file = 'manifests/dns/0001-pod-pod-0.yaml';
    const text = (await readFile(at(file), 'utf8')).replace(/image: .*/, `image: ${image}`);
    await forge({ [file]: text }, (it) => ({
      ...it,
      addOns: it.addOns.map((addOn) => ({ ...addOn, images: [image] })),
    }));
    expect(await problems()).toContain(`RELEASE_INVALID [harbor/dns] ${file}: the image ${image} ${fault}`);
  });

  test.each(['registry.harbor.example/dns:1', 'other.registry.harbor.example/dns:9', 'upstream.example/dns:9'])(
    'nothing wrong with %s in a manifest',
    async (image) => {
      const file = 'manifests/dns/0001-pod-pod-0.yaml';
      const text = (await readFile(at(file), 'utf8')).replace(/image: .*/, `image: ${image}`);
      await forge({ [file]: text }, (it) => ({
        ...it,
        addOns: it.addOns.map((addOn) => ({ ...addOn, images: [image] })),
      }));
      expect(await problems()).toEqual([]);
    },
  );
});

test('a plan whose texts name an image that nothing makes is not built', async () => {
  const steps = plan.steps.map((step) => (step.kind === 'manifests' ? { ...step, images: {} } : step));
  await expect(execute({ ...plan, steps }, { store, runners: createRunners(), appDir: dir })).rejects.toThrow(
    expect.objectContaining({ code: 'REFERENCE_UNKNOWN' }),
  );
});
