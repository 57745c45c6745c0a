import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, readdir, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { testOutputs, testReleasePlan } from '../../../../test/support/built-release.ts';
import { blobOf } from '../build/build-result.ts';
import { sha256Of } from '../model/digest.ts';
import type { Plan } from '../plan/document.ts';
import { parsePlan } from '../plan/plan-file.ts';
import { openStore } from '../store/open-store.ts';
import type { BlobId, Store } from '../store/store.ts';
import type { Release } from './document.ts';
import { readRelease } from './read-release.ts';
import { writeRelease } from './write-release.ts';

let dir: string;
let store: Store;
let output: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'distrokit-release-'));
  store = await openStore(join(dir, 'store'));
  output = join(dir, 'out/dist');
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const write = async (plan: Plan, to = output): Promise<Release> =>
  writeRelease(plan, await testOutputs(plan, store), { store, output: to });

const files = async (): Promise<readonly string[]> =>
  (await readdir(output, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(output.length + 1))
    .sort();

const deb = 'packages/amd64/tool_1.0.0-1_amd64.deb';

/** What the release is made of beside documents about it and repositories of it. */
const ownFiles = async (): Promise<readonly string[]> =>
  (await files()).filter((file) => !/^(repos|sbom|provenance)\//u.test(file));

/** The package that a build of the content makes. */
const packageOf = async (content: string): Promise<BlobId> => {
  const plan = testReleasePlan(content);
  return blobOf(await testOutputs(plan, store), { step: plan.steps[0]?.id ?? '', output: 'package' });
};

const digestOf = async (file: string): Promise<string> => sha256Of(await readFile(file));

describe('writeRelease', () => {
  test('writes every file, lists each with its construct, and sha256sum agrees', async () => {
    const plan = testReleasePlan('one');
    const release = await write(plan);
    expect(await ownFiles()).toEqual([
      'SHA256SUMS',
      'manifests/dns/0001-pod-pod-0.yaml',
      'manifests/dns/0002-pod-pod-1.yaml',
      deb,
      'plan.json',
      'release.json',
      'tree.json',
    ]);
    expect(await files()).toEqual(
      expect.arrayContaining([
        'provenance/packages/amd64/tool_1.0.0-1_amd64.deb.intoto.json',
        'repos/apt/dists/stable/Release',
        'repos/apt/pool/main/t/tool/tool_1.0.0-1_amd64.deb',
        'sbom/packages/amd64/tool_1.0.0-1_amd64.deb.cdx.json',
        'sbom/release.spdx.json',
      ]),
    );
    const made = await packageOf('one');
    expect(await readRelease(output)).toEqual(release);
    expect(parsePlan(await readFile(join(output, 'plan.json'), 'utf8'), 'plan.json')).toEqual(plan);
    expect(release).toMatchObject({
      schemaVersion: 1,
      distro: { name: 'harbor', version: '1.0.0' },
      packages: [
        {
          name: 'tool',
          version: '1.0.0-1',
          arch: 'amd64',
          format: 'deb',
          file: deb,
          ...made,
          component: 'tool',
          path: 'harbor/tool',
        },
      ],
      addOns: [
        {
          name: 'dns',
          manifests: ['manifests/dns/0001-pod-pod-0.yaml', 'manifests/dns/0002-pod-pod-1.yaml'],
          images: ['upstream.example/dns:1.0.0'],
        },
      ],
      files: expect.arrayContaining([
        expect.objectContaining({ file: 'manifests/dns/0001-pod-pod-0.yaml', path: 'harbor/dns' }),
        expect.objectContaining({ file: 'manifests/dns/0002-pod-pod-1.yaml', path: 'harbor/dns' }),
        { file: deb, ...made, path: 'harbor/tool' },
        expect.objectContaining({ file: 'plan.json', path: 'harbor' }),
        expect.objectContaining({ file: 'tree.json', path: 'harbor' }),
      ]) as unknown,
    });
    const checked = execFileSync('sha256sum', ['--check', '--strict', 'SHA256SUMS'], { cwd: output, encoding: 'utf8' });
    expect(checked.split('\n').filter((line) => line.endsWith(': OK'))).toHaveLength(release.files.length + 1);
  });

  test('makes files 0644 and directories 0755 whatever the umask', async () => {
    const before = process.umask(0o077);
    try {
      await write(testReleasePlan('one'));
    } finally {
      process.umask(before);
    }
    const modes = await Promise.all(
      ['', 'packages', 'packages/amd64', 'manifests/dns', deb, 'release.json', 'manifests/dns/0001-pod-pod-0.yaml'].map(
        async (file) => ((await stat(join(output, file))).mode & 0o7777).toString(8),
      ),
    );
    expect(modes).toEqual(['755', '755', '755', '755', '644', '644', '644']);
  });

  test('touches nothing when the release is there already, and repairs it when a file was touched', async () => {
    const plan = testReleasePlan('one');
    await write(plan);
    const { ino } = await stat(output);
    await write(plan);
    expect((await stat(output)).ino).toBe(ino);

    await writeFile(join(output, deb), 'two');
    await write(plan);
    expect(await digestOf(join(output, deb))).toBe((await packageOf('one')).sha256);

    await writeFile(join(output, 'extra'), '');
    await write(plan);
    await chmod(join(output, 'tree.json'), 0o600);
    await write(plan);
    expect(await ownFiles()).toHaveLength(7);
    expect((await stat(join(output, 'tree.json'))).mode & 0o777).toBe(0o644);
  });

  test('never shares a file with the store', async () => {
    await write(testReleasePlan('one'));
    await writeFile(join(output, deb), 'two');
    expect(await store.tryFindBlob(await packageOf('one'))).toBeDefined();
  });

  test('replaces an old release and leaves nothing beside it', async () => {
    await write(testReleasePlan('one', 3));
    await write(testReleasePlan('two', 1));
    expect(await digestOf(join(output, deb))).toBe((await packageOf('two')).sha256);
    expect(await ownFiles()).toHaveLength(6);
    expect(await readdir(join(dir, 'out'))).toEqual(['dist']);
  });

  test('writes into an empty directory and through a link', async () => {
    await mkdir(join(dir, 'real'));
    await symlink('real', join(dir, 'link'));
    await write(testReleasePlan('one'), join(dir, 'link'));
    await write(testReleasePlan('two'), join(dir, 'link'));
    expect(await digestOf(join(dir, 'real', deb))).toBe((await packageOf('two')).sha256);
  });

  test('refuses what is not a release, and changes nothing', async () => {
    await mkdir(output, { recursive: true });
    await writeFile(join(output, 'thesis.txt'), 'text');
    await expect(write(testReleasePlan('one'))).rejects.toMatchObject({ code: 'OUTPUT_NOT_A_RELEASE' });
    expect(await files()).toEqual(['thesis.txt']);
    await writeFile(join(output, 'release.json'), '[]');
    await expect(write(testReleasePlan('one'))).rejects.toMatchObject({ code: 'OUTPUT_NOT_A_RELEASE' });
    const file = join(output, 'thesis.txt');
    await expect(write(testReleasePlan('one'), file)).rejects.toMatchObject({ code: 'OUTPUT_NOT_A_RELEASE' });
    await expect(write(testReleasePlan('one'), join(file, 'x'))).rejects.toMatchObject({ code: 'PATH_INVALID' });
    expect(await readdir(output)).toHaveLength(2);
  });

  test('gives the old release its name back when a run was killed between the two renames', async () => {
    await write(testReleasePlan('one'));
    await rename(output, join(dir, 'out/.dist.distrokit-old'));
    await mkdir(join(dir, 'out/.dist.distrokit-new'));
    const failing = testReleasePlan('two');
    const missing = new Map((await testOutputs(failing, store)).entries());
    await rm(await store.pathOf(await packageOf('two')));
    await expect(writeRelease(failing, missing, { store, output })).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
    expect(await digestOf(join(output, deb))).toBe((await packageOf('one')).sha256);
    expect(await readdir(join(dir, 'out'))).toEqual(['dist']);
  });

  test('refuses two steps that make one file', async () => {
    const plan = testReleasePlan('one');
    const [packaged] = plan.steps;
    if (packaged?.kind !== 'package') throw new TypeError('the first step is a package');
    const again = { ...packaged, id: 'again', path: 'harbor/again' };
    await expect(write({ ...plan, steps: [...plan.steps, again] })).rejects.toMatchObject({
      problems: expect.arrayContaining([
        { code: 'FILE_COLLISION', message: `${deb} is also made by harbor/tool`, path: 'harbor/again' },
      ]) as unknown,
    });
  });

  test('stops on a signal and leaves the old release', async () => {
    await write(testReleasePlan('one'));
    const plan = testReleasePlan('two');
    const stopping = { store, output, signal: AbortSignal.abort() };
    const stopped = writeRelease(plan, await testOutputs(plan, store), stopping);
    await expect(stopped).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await digestOf(join(output, deb))).toBe((await packageOf('one')).sha256);
  });
});

describe('readRelease', () => {
  test('refuses a directory without a release, and one that is damaged', async () => {
    await expect(readRelease(output)).rejects.toMatchObject({ code: 'RELEASE_NOT_FOUND' });
    await write(testReleasePlan('one'));
    const file = join(output, 'release.json');
    await writeFile(file, (await readFile(file, 'utf8')).replace('"schemaVersion": 1', '"schemaVersion": 9'));
    await expect(readRelease(output)).rejects.toMatchObject({
      code: 'RELEASE_INVALID',
      message: `${file}: schemaVersion: invalid input: expected 1`,
    });
  });
});
