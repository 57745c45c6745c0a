import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { schemaErrors } from '../../../../test/support/published-schemas.ts';
import { buildSupplyChain, supplyChainPlan } from '../../../../test/support/supply-chain-plan.ts';
import { blobOf, type StepOutputs } from '../build/build-result.ts';
import { collect } from '../model/bytes.ts';
import { sha256Of } from '../model/digest.ts';
import type { ImageSigner } from '../model/signer.ts';
import { formatPlan } from '../plan/plan-file.ts';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { verifyDsse } from '../supply-chain/signing/dsse.ts';
import { checkDocuments, type SubjectDocuments } from './check-documents.ts';
import { checkReleaseDocuments } from './check-release-documents.ts';
import { contentsOf } from './contents.ts';
import { describeRelease } from './describe-release.ts';
import { documentedImages, documentedPackages, type DocumentedSubject } from './documented-subjects.ts';
import { imageReferrers } from './image-referrers.ts';
import { signProvenance } from './sign-provenance.ts';
import { supplyChainFiles, type SupplyChainFile } from './supply-chain-files.ts';

const plan = supplyChainPlan();
let dir: string;
let store: Store;
let outputs: ReadonlyMap<string, StepOutputs>;
let files: readonly SupplyChainFile[];
const texts = new Map<string, string>();

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'distrokit-supply-chain-'));
  store = await openStore(dir);
  outputs = await buildSupplyChain(plan, store);
  files = await supplyChainFiles(plan, { outputs, store });
  for (const file of files) {
    texts.set(file.file, Buffer.from(await collect((await store.findBlob(file)).read(), 1 << 20)).toString());
  }
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const json = (file: string): Record<string, unknown> => JSON.parse(texts.get(file) ?? '{}') as Record<string, unknown>;

describe('the documents of a release', () => {
  test('are about every package, every platform of an image and the whole', () => {
    expect(files.map(({ file }) => file)).toEqual([
      'provenance/images/agent/amd64.intoto.json',
      'provenance/images/agent/index.intoto.json',
      'provenance/packages/amd64/agent-1.0.0-1.x86_64.rpm.intoto.json',
      'provenance/packages/amd64/agent_1.0.0-1_amd64.deb.intoto.json',
      'sbom/images/agent/amd64.cdx.json',
      'sbom/images/agent/amd64.spdx.json',
      'sbom/packages/amd64/agent-1.0.0-1.x86_64.rpm.cdx.json',
      'sbom/packages/amd64/agent-1.0.0-1.x86_64.rpm.spdx.json',
      'sbom/packages/amd64/agent_1.0.0-1_amd64.deb.cdx.json',
      'sbom/packages/amd64/agent_1.0.0-1_amd64.deb.spdx.json',
      'sbom/release.cdx.json',
      'sbom/release.spdx.json',
    ]);
    for (const { file, sha256 } of files) expect(sha256Of(texts.get(file) ?? '')).toBe(sha256);
  });

  test('pass the published schemas', () => {
    const boms = files.filter(({ file }) => file.startsWith('sbom/'));
    const schema = (file: string) => (file.endsWith('.cdx.json') ? 'CycloneDX 1.6' : 'SPDX 2.3');
    expect(boms.flatMap(({ file }) => schemaErrors(schema(file), json(file)))).toEqual([]);
  });

  test('name the modules of the programs, with what is known of their licences', () => {
    expect(json('sbom/packages/amd64/agent_1.0.0-1_amd64.deb.cdx.json')['components']).toEqual([
      expect.objectContaining({
        'bom-ref': 'file:/usr/bin/agent',
        purl: 'pkg:golang/example.com/agent@v1.0.0#cmd/agent',
        licenses: [{ license: { id: 'Apache-2.0' } }],
        hashes: [{ alg: 'SHA-256', content: blobOf(outputs, agent).sha256 }],
      }),
      expect.objectContaining({ purl: 'pkg:golang/example.com/agent@v1.0.0', version: 'v1.0.0' }),
      expect.not.objectContaining({ licenses: expect.anything() }),
      expect.objectContaining({ purl: 'pkg:golang/stdlib@1.26.8', licenses: [{ license: { id: 'BSD-3-Clause' } }] }),
    ]);
  });

  test('say what went into a package, from the modules that the lock pins', () => {
    const statement = json('provenance/packages/amd64/agent_1.0.0-1_amd64.deb.intoto.json');
    expect(statement).toMatchObject({
      predicateType: 'https://slsa.dev/provenance/v1',
      subject: [{ name: 'agent_1.0.0-1_amd64.deb' }],
      predicate: {
        buildDefinition: {
          resolvedDependencies: [
            { name: 'plan.json', digest: { sha256: sha256Of(formatPlan(plan)) } },
            { uri: 'pkg:generic/go@1.26.8' },
            {
              uri: 'pkg:golang/example.com/agent@v1.0.0',
              digest: { dirHash1: expect.stringMatching(/^[0-9a-f]{64}$/) },
            },
            { uri: 'pkg:golang/example.com/library@v0.1.0' },
          ],
        },
      },
    });
  });

  test('are the same bytes in another store, and found in the same', async () => {
    const other = await openStore(join(dir, 'other'));
    const again = await supplyChainFiles(plan, { outputs: await buildSupplyChain(plan, other), store: other });
    expect(again).toEqual(files);
    // With no blob to read a second time, only what was kept can give them.
    const kept: Store = {
      ...store,
      findBlob: (id) => store.findBlob(id),
      put: () => Promise.reject(new Error('made again')),
    };
    expect(await supplyChainFiles(plan, { outputs, store: kept })).toEqual(files);
  });

  test('of provenance are signed, by a key that is asked once', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    let signatures = 0;
    const signer: ImageSigner = {
      publicKey: pem,
      async sign(content) {
        signatures += 1;
        return { signature: sign(undefined, content, privateKey) };
      },
    };
    const signed = await signProvenance(files, { store, signer });
    expect(await signProvenance(files, { store, signer })).toEqual(signed);
    expect(signatures).toBe(4);

    const envelopes = signed.filter(({ mediaType }) => mediaType === 'application/vnd.dsse.envelope.v1+json');
    expect(envelopes.map(({ file }) => file)).toEqual(
      files.map(({ file }) => file).flatMap((file) => (file.startsWith('provenance/') ? [`${file}l`] : [])),
    );
    for (const envelope of envelopes) {
      const text = Buffer.from(await collect((await store.findBlob(envelope)).read(), 1 << 20)).toString();
      const payload = verifyDsse(text, { payloadType: 'application/vnd.in-toto+json', publicKeys: [pem] });
      expect(Buffer.from(payload).toString()).toBe(texts.get(envelope.file.slice(0, -1)));
    }
    const { referrers, contents } = await imageReferrers(plan, outputs, signed, store);
    const attestations = referrers.filter(({ artifactType }) => artifactType.includes('cosign'));
    expect(attestations).toHaveLength(2);
    for (const { descriptor } of attestations) {
      const found = contents.find(({ file }) => file === `images/blobs/sha256/${descriptor.digest.slice(7)}`);
      const { layers } = JSON.parse(found?.text ?? '{}') as { readonly layers: readonly { readonly digest: string }[] };
      expect(envelopes.map(({ sha256 }) => `sha256:${sha256}`)).toContain(layers[0]?.digest);
    }
    expect(signed.filter((file) => !envelopes.includes(file))).toEqual(
      files.filter(({ file }) => file.startsWith('sbom/')),
    );
  });

  test('about an image are attached to its manifest and its index', async () => {
    const { referrers, contents } = await imageReferrers(plan, outputs, files, store);
    const digest = `sha256:${blobOf(outputs, manifest).sha256}`;
    const indexDigest = `sha256:${blobOf(outputs, index).sha256}`;
    expect(referrers.map(({ artifactType, subject }) => [artifactType, subject.digest])).toEqual([
      ['application/vnd.in-toto+json', digest],
      ['application/vnd.in-toto+json', indexDigest],
      ['application/vnd.cyclonedx+json', digest],
      ['application/spdx+json', digest],
    ]);
    expect(contents).toHaveLength(9);
    for (const { descriptor, subject } of referrers) {
      const found = contents.find(({ file }) => file === `images/blobs/sha256/${descriptor.digest.slice(7)}`);
      expect(JSON.parse(found?.text ?? '{}')).toMatchObject({ subject, config: { size: 2 } });
    }
  });
});

describe('the check of documents', () => {
  let all: readonly DocumentedSubject[];
  /** All but the image's index, which has no SBOM. */
  let subjects: readonly Required<DocumentedSubject>[];
  const planSha256 = sha256Of(formatPlan(plan));
  const documents = ({ file }: DocumentedSubject): SubjectDocuments => ({
    cyclonedx: texts.get(`sbom/${file}.cdx.json`),
    spdx: texts.get(`sbom/${file}.spdx.json`),
    provenance: texts.get(`provenance/${file}.intoto.json`),
  });
  const messages = (subject: DocumentedSubject, changed: Partial<SubjectDocuments> = {}): readonly string[] =>
    checkDocuments(subject, { ...documents(subject), ...changed }, planSha256).map(({ message }) => message);

  beforeAll(async () => {
    const release = describeRelease(plan, outputs, await contentsOf(plan, outputs, store));
    const digest = blobOf(outputs, manifest).sha256;
    all = [...documentedPackages(plan, release), ...documentedImages(plan, release, () => digest)];
    subjects = all.flatMap(({ contents, ...subject }) => (contents === undefined ? [] : [{ ...subject, contents }]));
  });

  test('finds nothing wrong with what was written', () => {
    expect(all.map(({ file }) => file)).toEqual([
      'packages/amd64/agent_1.0.0-1_amd64.deb',
      'packages/amd64/agent-1.0.0-1.x86_64.rpm',
      'images/agent/amd64',
      'images/agent/index',
    ]);
    expect(all.flatMap((subject) => messages(subject))).toEqual([]);
  });

  test('accepts a statement in an envelope', () => {
    for (const subject of subjects) {
      const payload = Buffer.from(documents(subject).provenance ?? '').toString('base64');
      const provenance = `${JSON.stringify({ payloadType: 'application/vnd.in-toto+json', payload, signatures: [] })}\n`;
      expect(messages(subject, { provenance })).toEqual([]);
    }
  });

  test.each([
    ['a missing document', { spdx: undefined }, /^sbom\/.*\.spdx\.json: it is not there$/],
    ['a damaged document', { cyclonedx: '{' }, /^sbom\/.*\.cdx\.json: it is not JSON$/],
    ['another kind of document', { cyclonedx: '{"bomFormat":"x"}' }, /it is not what its name says/],
    ['an empty statement', { provenance: '\n' }, /^provenance\/.*: it is empty$/],
  ])('finds %s', (_, changed, message) => {
    for (const subject of subjects) expect(messages(subject, changed)).toEqual([expect.stringMatching(message)]);
  });

  test('finds documents about other bytes', () => {
    for (const subject of subjects) {
      const found = messages({ ...subject, sha256: '0'.repeat(64) });
      expect(found).toHaveLength(3);
      for (const message of found) expect(message).toContain(`it is about other bytes than those of ${subject.file}`);
    }
  });

  test('finds a file, a material or a plan that a document does not have', () => {
    for (const subject of subjects) {
      const uri = 'https://example.com/more';
      const more = {
        ...subject,
        contents: [...subject.contents, { path: '/usr/bin/more' }],
        materials: [...subject.materials, { uri }],
      };
      expect(checkDocuments(more, documents(subject), '0'.repeat(64)).map(({ message }) => message)).toEqual([
        expect.stringContaining('it lacks /usr/bin/more'),
        expect.stringContaining('it lacks /usr/bin/more'),
        expect.stringContaining('it names another plan than plan.json'),
        expect.stringContaining(`it lacks ${uri}`),
      ]);
    }
  });

  test("finds another program under a program's name", () => {
    for (const subject of subjects) {
      const contents = subject.contents.map(({ path }) => ({ path, sha256: '0'.repeat(64) }));
      expect(messages({ ...subject, contents })).toHaveLength(2);
    }
  });

  test("finds a release's document that does not refer to another as it is", () => {
    const own = { cyclonedx: texts.get('sbom/release.cdx.json'), spdx: texts.get('sbom/release.spdx.json') };
    const referred = subjects.map((subject) => ({ file: subject.file, ...documents(subject) }));
    expect(checkReleaseDocuments(own, referred, 'harbor')).toEqual([]);
    const changed = referred.map((documentsOf) => ({
      ...documentsOf,
      cyclonedx: documentsOf.cyclonedx?.replace(/urn:uuid:./, 'urn:uuid:x'),
      spdx: `${documentsOf.spdx} `,
    }));
    expect(checkReleaseDocuments(own, changed, 'harbor')).toHaveLength(6);
  });
});

const agent = { step: 'go-build example.com/agent@v1.0.0 amd64', output: 'agent' };
const manifest = { step: 'image agent:v1.0.0 amd64', output: 'manifest' };
const index = { step: 'image agent:v1.0.0', output: 'index' };
