import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testReleasePlan, testOutputs } from '../../../../test/support/built-release.ts';
import type { StepOutputs } from '../build/build-result.ts';
import { writeDeb } from '../formats/deb/write.ts';
import { writeRpm } from '../formats/rpm/write-rpm.ts';
import { type ByteSource, bytesSource, memorySpool } from '../model/bytes.ts';
import type { PackageContent, PackageSpec } from '../model/package-spec.ts';
import type { PackageStep, Plan } from '../plan/document.ts';
import { writeRelease } from '../release/write-release.ts';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { PlanView } from './plan-view.ts';
import { openRelease, type ReleaseView } from './release-view.ts';

/** The plan of a deb and an rpm with a configuration file and a symlink, and an add-on. */
function givenPlan(): Plan {
  const plan = testReleasePlan('#!/bin/sh\n');
  const [deb] = plan.steps;
  if (deb?.kind !== 'package') throw new Error('the first step is no package');
  const root = { owner: 'root', group: 'root' };
  const spec: PackageSpec = {
    ...deb.spec,
    files: [
      ...deb.spec.files,
      { ...root, type: 'file', path: '/etc/tool.conf', mode: 0o640, content: { text: 'a = 1\n' }, config: 'noreplace' },
      { ...root, type: 'symlink', path: '/usr/bin/t', mode: 0o777, target: 'tool' },
    ],
  };
  const file = 'packages/amd64/tool-1.0.0-1.x86_64.rpm';
  const rpm: PackageStep = { ...deb, id: `package ${file}`, format: 'rpm', file, spec };
  return { ...plan, steps: [{ ...deb, spec }, rpm, ...plan.steps.slice(1)] };
}

/** The packages of a plan, by the real writers. */
async function buildPackages(plan: Plan, store: Store): Promise<ReadonlyMap<string, StepOutputs>> {
  const outputs = new Map(await testOutputs(plan, store));
  for (const step of plan.steps) {
    if (step.kind !== 'package') continue;
    const write = step.format === 'deb' ? writeDeb : writeRpm;
    const options = { compression: step.compression, spool: memorySpool };
    outputs.set(step.id, { package: await store.put(write(withBytes(step.spec), options)) });
  }
  return outputs;
}

function withBytes(spec: PackageSpec): PackageSpec<ByteSource> {
  const bytes = (content: PackageContent): ByteSource => bytesSource('text' in content ? content.text : '');
  const files = spec.files.map((file) => (file.type === 'file' ? { ...file, content: bytes(file.content) } : file));
  return { ...spec, files };
}

let dir: string;
let release: ReleaseView;
const planned = givenPlan();

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'release-view-'));
  const store = await openStore(join(dir, 'store'));
  await writeRelease(planned, await buildPackages(planned, store), { store, output: join(dir, 'dist') });
  release = await openRelease(join(dir, 'dist'));
});
afterAll(() => rm(dir, { recursive: true }));

describe('a release', () => {
  test('has packages of both formats', () => {
    release.hasPackage('tool', { version: '1.0.0-1', format: 'deb' });
    release.hasPackage('tool', { version: '1.0.0-1', format: 'rpm' });
    expect(() => release.hasPackage('toll')).toThrow('there is no package toll; did you mean tool?');
  });

  test('has the files of its packages, read from the packages themselves', async () => {
    await release.hasFile('tool', '/usr/bin/tool', {
      type: 'file',
      mode: 0o755,
      content: '#!/bin/sh\n',
      config: false,
    });
    await release.hasFile('tool', '/etc/tool.conf', { mode: 0o640, owner: 'root', group: 'root', config: true });
    await release.hasFile('tool', '/usr/bin/t', { type: 'symlink', target: 'tool' });
  });

  test('says how a file differs', async () => {
    await expect(release.hasFile('tool', '/etc/tool.conf', { content: 'a = 2\n', mode: 0o600 })).rejects.toThrow(
      /^\/etc\/tool\.conf in tool 1\.0\.0-1 amd64 deb: mode is 0o640, expected 0o600; content has sha256 [0-9a-f]{64}, expected/,
    );
    await expect(release.hasFile('tool', '/etc/tool.conf', { content: /a/ })).rejects.toThrow('expect the whole text');
    await expect(release.hasFile('tool', '/etc/tool.cnf', { in: { format: 'rpm' } })).rejects.toThrow(
      'there is no file in tool 1.0.0-1 amd64 rpm: /etc/tool.cnf; did you mean /etc/tool.conf?',
    );
  });

  test('has objects and images', () => {
    release.hasObject(
      { kind: 'Pod', name: 'pod-1', namespace: 'kube-system' },
      { spec: { containers: [{ name: 'dns' }] } },
    );
    expect(release.object('Pod', 'pod-0').apiVersion).toBe('v1');
    expect(release.images()).toEqual(['upstream.example/dns:1.0.0']);
  });

  test('has the files that its plan says', async () => {
    const plan = new PlanView(planned);
    const shape = ({
      path,
      type,
      mode,
      owner,
      group,
      config,
    }: Awaited<ReturnType<ReleaseView['files']>>[number]): object => ({
      path,
      type,
      mode,
      owner,
      group,
      config,
    });

    for (const format of ['deb', 'rpm'] as const) {
      const built = await release.files('tool', { format });
      const shipped = built.filter((file) => file.type !== 'directory');
      expect(shipped.map(shape)).toEqual(plan.files('tool', { format }).map(shape));
    }
    expect(release.snapshot()).toBe(plan.snapshot());
  });

  test('is refused where there is none', async () => {
    await expect(openRelease(dir)).rejects.toHaveProperty('code', 'RELEASE_NOT_FOUND');
  });
});
