import { mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { testReleasePlan } from '../../../../test/support/built-release.ts';
import { testPackageStep } from '../../../../test/support/plan.ts';
import { execute } from '../build/execute.ts';
import { createRunners } from '../build/runners.ts';
import { sha256Of } from '../model/digest.ts';
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

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'distrokit-verify-'));
  output = join(dir, 'dist');
  store = await openStore(join(dir, 'store'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

function planWithRpm(): Plan {
  const plan = testReleasePlan('#!/bin/sh\nexit 0\n');
  const content = { '/usr/bin/tool': { text: '#!/bin/sh\nexit 0\n' } };
  const rpm = testPackageStep('tool', content, { format: 'rpm', compression: 'zstd', component: 'tool' });
  const [deb, manifests] = plan.steps;
  if (deb === undefined || manifests === undefined) throw new TypeError('the plan has two steps');
  const component = { name: 'tool', version: '1.0.0', source: 'file:tool', path: 'harbor/tool', binaries: [] };
  const tree = {
    ...plan.distro.tree,
    children: ['tool', 'dns'].map((id) => ({ id, path: `harbor/${id}`, kind: 'X', dependsOn: [], children: [] })),
  };
  return { ...plan, distro: { ...plan.distro, components: [component], tree }, steps: [deb, rpm, manifests] };
}

const deb = 'packages/amd64/tool_1.0.0-1_amd64.deb';
const rpm = 'packages/amd64/tool-1.0.0-1.x86_64.rpm';
const manifest = 'manifests/dns/0001-pod-pod-0.yaml';

beforeEach(async () => {
  const plan = planWithRpm();
  const { outputs } = await execute(plan, { store, runners: createRunners(), appDir: dir });
  await writeRelease(plan, outputs, { store, output });
});

const at = (file: string): string => join(output, file);
const read = async (): Promise<readonly string[]> =>
  (await verifyRelease(output)).map(({ code, message, path }) => `${code} [${path ?? ''}] ${message}`);

/** Writes a file of the release and makes digests and sums agree: what only looking into the file can find. */
async function forge(file: string, bytes: Uint8Array | string): Promise<void> {
  await writeFile(at(file), bytes);
  const entry = { sha256: sha256Of(bytes), size: Buffer.byteLength(bytes) };
  // A package stands in a repository too.
  const name = file.slice(file.lastIndexOf('/'));
  const own = <T extends { readonly file: string }>(item: T): T =>
    item.file.endsWith(name) ? { ...item, ...entry } : item;
  await rewrite((release) => ({ ...release, files: release.files.map(own), packages: release.packages.map(own) }));
}

async function rewrite(change: (release: Release) => Release): Promise<void> {
  const release = change(await readRelease(output));
  const text = prettyJson(release as unknown as JsonObject);
  await writeFile(at('release.json'), text);
  await writeFile(
    at('SHA256SUMS'),
    formatChecksums([...release.files, { file: 'release.json', sha256: sha256Of(text) }]),
  );
}

describe('verifyRelease', () => {
  test('finds nothing wrong with what was written, nor with a signature beside it', async () => {
    await writeFile(at('SHA256SUMS.asc'), 'signature');
    expect(await read()).toEqual([]);
  });

  test('finds files that are missing, too many, changed or no files', async () => {
    await writeFile(at('packages/amd64/extra.deb'), '');
    await symlink('tree.json', at('link'));
    await rm(at(manifest));
    const bytes = await readFile(at(deb));
    bytes[100] = (bytes[100] ?? 0) ^ 1;
    await writeFile(at(deb), bytes);
    await writeFile(at(rpm), 'short');
    expect(await read()).toEqual([
      'RELEASE_INVALID [] link is not a regular file',
      `RELEASE_INVALID [harbor/dns] ${manifest} is missing`,
      'RELEASE_INVALID [] packages/amd64/extra.deb is not listed in release.json',
      expect.stringMatching(/^DIGEST_MISMATCH \[harbor\/tool\] packages\/amd64\/tool-1\S+ has 5 bytes, not \d+$/),
      expect.stringMatching(
        /^DIGEST_MISMATCH \[harbor\/tool\] packages\/amd64\/tool_1\S+ has sha256 \w{64}, not \w{64}$/,
      ),
      expect.stringMatching(/^DIGEST_MISMATCH \[harbor\/tool\] repos\/apt\/pool/),
      expect.stringMatching(/^DIGEST_MISMATCH \[harbor\/tool\] repos\/yum\/Packages/),
    ]);
  });

  test('finds sums that do not agree', async () => {
    const text = await readFile(at('SHA256SUMS'), 'utf8');
    const lines = text.split('\n').filter((line) => !line.endsWith('tree.json'));
    await writeFile(at('SHA256SUMS'), `${'0'.repeat(64)}  gone\n${lines.join('\n')}`);
    await writeFile(at('release.json'), (await readFile(at('release.json'), 'utf8')).replace('"stable"', '"edge"'));
    expect(await read()).toEqual(
      expect.arrayContaining([
        'RELEASE_INVALID [harbor] SHA256SUMS does not list tree.json',
        expect.stringMatching(/^RELEASE_INVALID \[\] SHA256SUMS has sha256 \w+ for release\.json, not \w+$/),
        'RELEASE_INVALID [] SHA256SUMS lists gone, which is not in release.json',
        'RELEASE_INVALID [] plan.json: its channel is stable, but release.json says edge',
      ]) as unknown,
    );
    await writeFile(at('SHA256SUMS'), 'x');
    expect(await read()).toContain('RELEASE_INVALID [] SHA256SUMS: line 1 is not a checksum and a file');
    await rm(at('SHA256SUMS'));
    expect(await read()).toContain('RELEASE_INVALID [] SHA256SUMS is missing or empty');
  });

  test('looks into packages whose digests are right', async () => {
    await forge(deb, await readFile(at(rpm)));
    const bytes = await readFile(at(rpm));
    bytes.writeUInt8((bytes.at(-5) ?? 0) ^ 1, bytes.length - 5);
    await forge(rpm, bytes);
    expect(await read()).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^FORMAT_INVALID \[harbor\/tool\] packages\/amd64\/tool-1/),
        expect.stringMatching(/^FORMAT_INVALID \[harbor\/tool\] packages\/amd64\/tool_1/),
      ]) as unknown,
    );
  });

  test('compares packages with what release.json says of them', async () => {
    await rewrite((release) => ({
      ...release,
      packages: release.packages.map((one) => ({ ...one, name: 'other', version: '1:2.0.0-rc.1-3', arch: 'arm64' })),
    }));
    const says = (file: string, field: string, found: string, said: string): string =>
      `RELEASE_INVALID [harbor/tool] ${file}: its ${field} is ${found}, but release.json says ${said}`;
    expect(await read()).toEqual([
      says(rpm, 'arch', 'amd64', 'arm64'),
      says(rpm, 'name', 'tool', 'other'),
      says(rpm, 'version', '1.0.0-1', '1:2.0.0~rc.1-3'),
      says(deb, 'arch', 'amd64', 'arm64'),
      says(deb, 'name', 'tool', 'other'),
      says(deb, 'version', '1.0.0-1', '1:2.0.0~rc.1-3'),
    ]);
  });

  test('reads manifests and compares their images', async () => {
    await forge(manifest, 'a: [\n');
    expect(await read()).toEqual([
      expect.stringMatching(/^FORMAT_INVALID \[harbor\/dns\] manifests\/dns\/0001\S+:\d+/),
    ]);
    const pod = await readFile(at('manifests/dns/0002-pod-pod-1.yaml'), 'utf8');
    await forge(manifest, pod.replace('dns:1.0.0', 'dns:2.0.0').replace('pod-1', 'pod-0'));
    await forge('manifests/dns/0002-pod-pod-1.yaml', pod.replace('dns:1.0.0', 'dns:2.0.0'));
    expect(await read()).toEqual([
      'RELEASE_INVALID [harbor/dns] release.json: the add-on dns lists the image upstream.example/dns:1.0.0, which no manifest uses',
      'RELEASE_INVALID [harbor/dns] release.json: the add-on dns uses the image upstream.example/dns:2.0.0, which is not listed',
    ]);
  });

  test('checks plan, tree and names', async () => {
    await forge('plan.json', '{}');
    await forge('tree.json', '{}');
    await rewrite((release) => ({
      ...release,
      components: [],
      kernel: { ...release.kernel, components: ['kubelet'] },
      installers: [{ name: 'kubeadm', kind: 'kubeadm', files: ['gone'], path: 'harbor/kubeadm' }],
    }));
    expect(await read()).toEqual(
      expect.arrayContaining([
        'PLAN_INVALID [] plan.json: schemaVersion: invalid input: expected 1',
        expect.stringMatching(/^RELEASE_INVALID \[\] tree\.json: kind: /),
        'RELEASE_INVALID [harbor/kernel] release.json: the kernel has a component kubelet, which is not listed',
        `RELEASE_INVALID [harbor/tool] ${deb}: its component tool is not listed in release.json`,
        'RELEASE_INVALID [harbor/kubeadm] gone: the installer kubeadm names it, but release.json does not list it as a file',
      ]),
    );
  });

  test('finds files of constructs that are not in the tree', async () => {
    await rewrite((release) => ({
      ...release,
      files: release.files.map((entry) => (entry.file === deb ? { ...entry, path: 'harbor/gone' } : entry)),
    }));
    expect(await read()).toEqual([
      `RELEASE_INVALID [harbor/gone] ${deb}: its construct harbor/gone is not in tree.json`,
    ]);
  });

  test('reports a release.json that is none, and throws where there is no release', async () => {
    await writeFile(at('release.json'), '{');
    expect(await read()).toEqual([expect.stringMatching(/^RELEASE_INVALID \[\] \S+release\.json is not JSON/)]);
    await rename(output, `${output}-gone`);
    await expect(verifyRelease(output)).rejects.toMatchObject({ code: 'RELEASE_NOT_FOUND' });
    await rm(`${output}-gone`, { recursive: true });
  });

  test('stops on a signal', async () => {
    const stopped = verifyRelease(output, { signal: AbortSignal.abort() });
    await expect(stopped).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

describe('explain', () => {
  test('says what a file is and who made it', async () => {
    const release = await readRelease(output);
    const file = release.files.find((entry) => entry.file === deb);
    const explained = { ...file, kind: 'file', package: { name: 'tool', format: 'deb' }, component: { name: 'tool' } };
    expect(explain(release, deb)).toMatchObject(explained);
    expect(explain(release, `./${deb}`)).toEqual(explain(release, deb));
    expect(explain(release, 'tool_1.0.0-1_amd64.deb')).toEqual(explain(release, deb));
    expect(explain(release, manifest)).toMatchObject({ file: manifest, path: 'harbor/dns', addOn: { name: 'dns' } });
  });

  test('says what a construct made', async () => {
    const release = await readRelease(output);
    expect(explain(release, 'harbor/tool')).toMatchObject({
      kind: 'construct',
      components: [{ name: 'tool' }],
      packages: [{ file: deb }, { file: rpm }],
      addOns: [],
      files: expect.arrayContaining([
        expect.objectContaining({ file: rpm }),
        expect.objectContaining({ file: deb }),
      ]) as unknown,
    });
    expect(explain(release, 'harbor')).toMatchObject({ files: release.files, addOns: [{ name: 'dns' }] });
  });

  test('knows what was meant', async () => {
    const release = await readRelease(output);
    expect(() => explain(release, 'harbor/tol')).toThrow(
      expect.objectContaining({ code: 'REFERENCE_UNKNOWN', hint: 'did you mean harbor/tool?' }) as Error,
    );
    expect(() => explain(release, 'tool_1.0.0-1_amd6.deb')).toThrow(
      expect.objectContaining({ hint: 'did you mean tool_1.0.0-1_amd64.deb?' }) as Error,
    );
  });
});
