import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { testOutputs, testReleasePlan } from '../../../../test/support/built-release.ts';
import { fileTree } from '../../../../test/support/file-tree.ts';
import { writeRelease } from '../release/write-release.ts';
import { openStore } from '../store/open-store.ts';
import type { ContentSource } from '../registry/content.ts';
import { openBundleFile, type OpenedBundle } from './read-bundle.ts';
import { releaseContent } from './release-content.ts';
import { unpackRelease } from './unpack-release.ts';
import { openBundle } from './write-bundle.ts';

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'distrokit-bundle-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
});

/** A release of a package with the content, in a directory of that name. */
async function makeRelease(content: string, manifests = 2): Promise<string> {
  const store = await openStore(join(dir, 'store'));
  const plan = testReleasePlan(content, manifests);
  const output = join(dir, content);
  await writeRelease(plan, await testOutputs(plan, store), { store, output });
  return output;
}

async function writeBundle(directory: string, minus?: string): Promise<string> {
  const bundle = await openBundle(directory, minus === undefined ? {} : { minus });
  const file = join(dir, 'bundle.tar');
  await writeFile(file, bundle.read());
  expect((await stat(file)).size).toBe(bundle.size);
  return file;
}

async function unpack({ manifest, content }: OpenedBundle, output: string, old?: ContentSource): Promise<void> {
  const tryRead: ContentSource['tryRead'] = async (id) => (await content.tryRead(id)) ?? old?.tryRead(id);
  await unpackRelease(manifest, {
    artifact: { ...content, tryRead },
    images: async () => (id) => tryRead({ ...id, mediaType: '' }),
    output,
  });
}

/** What came of unpacking a bundle: a release, or an error and what it left. */
interface Attempt {
  readonly tree?: Readonly<Record<string, string>>;
  readonly error?: unknown;
  readonly left?: unknown;
}

describe('a bundle', () => {
  test('gives the release back, byte for byte', async () => {
    const release = await makeRelease('one');
    await using bundle = await openBundleFile(await writeBundle(release));
    const output = join(dir, 'unpacked');
    await unpack(bundle, output);
    expect(await fileTree(output)).toEqual(await fileTree(release));
    expect(bundle.minus).toBeUndefined();
  });

  test('is the same file for the same release, and an archive that tar lists', async () => {
    const release = await makeRelease('one');
    const first = await readFile(await writeBundle(release));
    const file = await writeBundle(release);
    expect((await readFile(file)).equals(first)).toBe(true);
    const names = execFileSync('tar', ['--list', '--file', file], { encoding: 'utf8' }).trim().split('\n');
    expect(names.slice(0, 2)).toEqual(['oci-layout', 'index.json']);
    expect(names.slice(2).every((name) => /^blobs\/sha256\/[0-9a-f]{64}$/u.test(name))).toBe(true);
  });

  test('holds only what the older release lacks, and needs that one', async () => {
    const old = await makeRelease('one');
    const release = await makeRelease('two');
    const whole = await openBundle(release);
    const lean = await openBundle(release, { minus: old });
    expect(lean.blobs + lean.left).toBe(whole.blobs);
    const same = await openBundle(release, { minus: release });
    // The manifest, which says what is left out.
    expect(same.blobs).toBe(1);

    await using bundle = await openBundleFile(await writeBundle(release, release));
    const oldContent = await releaseContent(release);
    expect(bundle.minus).toBe(oldContent.manifest.digest);
    const output = join(dir, 'unpacked');
    await expect(unpack(bundle, output)).rejects.toMatchObject({
      code: 'RELEASE_INVALID',
      hint: expect.stringContaining('--old') as string,
    });
    await expect(stat(output)).rejects.toMatchObject({ code: 'ENOENT' });
    await unpack(bundle, output, oldContent);
    expect(await fileTree(output)).toEqual(await fileTree(release));
  });

  test('with any byte changed or cut is refused, or gives the same release', async () => {
    const release = await makeRelease('one');
    const expected = await fileTree(release);
    const file = await writeBundle(release);
    const bytes = await readFile(file);
    const attempt = async (broken: Uint8Array): Promise<Attempt> => {
      const output = join(dir, 'unpacked');
      await rm(output, { recursive: true, force: true });
      await writeFile(file, broken);
      try {
        await using bundle = await openBundleFile(file);
        await unpack(bundle, output);
      } catch (error) {
        return { error, left: await stat(output).catch(() => undefined) };
      }
      return { tree: await fileTree(output) };
    };
    const attempts: Attempt[] = [];
    for (let offset = 0; offset < bytes.length; offset += 97) {
      const broken = new Uint8Array(bytes);
      broken[offset] = (broken[offset] ?? 0) ^ 1;
      attempts.push(await attempt(broken));
    }
    for (const length of [0, 511, 512, 2000, bytes.length - 1024, bytes.length - 1]) {
      expect(await attempt(bytes.subarray(0, length))).toMatchObject({ error: { code: 'FORMAT_INVALID' } });
    }
    const refused = attempts.filter(({ tree }) => tree === undefined);
    expect(refused.length).toBeGreaterThan(attempts.length / 2);
    const codes = /^(FORMAT_INVALID|FORMAT_LIMIT|DIGEST_MISMATCH|RELEASE_INVALID)$/u;
    for (const { error, left } of refused) {
      expect(error).toMatchObject({ code: expect.stringMatching(codes) as string });
      expect(left).toBeUndefined();
    }
    for (const { tree } of attempts.filter((each) => !refused.includes(each))) expect(tree).toEqual(expected);
  });

  test('must be there', async () => {
    await expect(openBundleFile(join(dir, 'gone.tar'))).rejects.toMatchObject({ code: 'RELEASE_NOT_FOUND' });
  });
});
