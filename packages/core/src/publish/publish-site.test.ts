import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { testOutputs, testReleasePlan } from '../../../../test/support/built-release.ts';
import { fileTree } from '../../../../test/support/file-tree.ts';
import { makeOpenPgpKey } from '../../../../test/support/openpgp-keys.ts';
import type { OpenPgpSigner } from '../model/signer.ts';
import type { Plan } from '../plan/document.ts';
import { writeRelease } from '../release/write-release.ts';
import { openStore } from '../store/open-store.ts';
import { openPgpSigner } from '../supply-chain/signing/openpgp-signer.ts';
import { directoryTarget } from './directory-target.ts';
import { publishSite } from './publish-site.ts';
import type { PublishTarget } from './publish-target.ts';

let dir: string;
let site: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'distrokit-site-'));
  site = join(dir, 'site');
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
});

/** A release of one package, of the version that the content names. */
async function makeRelease(version: string, content = version): Promise<string> {
  const store = await openStore(join(dir, 'store'));
  const plan = testReleasePlan(content);
  const steps = plan.steps.map((step) =>
    step.kind === 'package'
      ? { ...step, spec: { ...step.spec, version }, file: `packages/amd64/tool_${version}-1_amd64.deb` }
      : step,
  );
  const made: Plan = { ...plan, distro: { ...plan.distro, version }, steps };
  const directory = join(dir, `${version}-${content}`);
  await writeRelease(made, await testOutputs(made, store), { store, output: directory });
  return directory;
}

async function newSigner(): Promise<OpenPgpSigner> {
  const { privateKey } = await makeOpenPgpKey();
  return openPgpSigner({ privateKey, date: new Date('2026-11-21T00:00:00Z') });
}

describe('publishSite', () => {
  test('puts a release beside older ones, and its packages into the repositories', async () => {
    const signer = await newSigner();
    for (const version of ['1.0.0', '1.1.0']) {
      await publishSite(directoryTarget(site), { directory: await makeRelease(version), signer });
    }
    const files = Object.keys(await fileTree(site));
    expect(files).toEqual(
      expect.arrayContaining([
        'apt/dists/stable/InRelease',
        'apt/pool/main/t/tool/tool_1.0.0-1_amd64.deb',
        'apt/pool/main/t/tool/tool_1.1.0-1_amd64.deb',
        'releases/harbor/1.0.0/release.json',
        'releases/harbor/1.1.0/repos/apt/dists/stable/Release',
      ]),
    );
    expect(files.filter((file) => file.startsWith('.'))).toEqual(['.', '.distrokit-lock', '.distrokit-unfinished']);
    expect(await fileTree(join(site, 'releases/harbor/1.0.0'))).toEqual(await fileTree(join(dir, '1.0.0-1.0.0')));
    expect(await fileTree(join(site, 'releases/harbor/1.1.0'))).toEqual(await fileTree(join(dir, '1.1.0-1.1.0')));
  });

  test('changes nothing the second time, nor when it is only asked what it would do', async () => {
    const directory = await makeRelease('1.0.0');
    const plan = await publishSite(directoryTarget(site), { directory, dryRun: true });
    expect(plan.isPublished).toBe(false);
    expect(plan.apt?.pool).toHaveLength(1);
    expect(await directoryTarget(site).list('')).toEqual([]);
    await publishSite(directoryTarget(site), { directory });
    const before = await fileTree(site);
    const again = await publishSite(directoryTarget(site), { directory });
    expect(again).toMatchObject({ isPublished: true, apt: { indexes: [], entries: [] } });
    expect(await fileTree(site)).toEqual(before);
  });

  test('refuses other bytes under a name and version, and leaves everything as it is', async () => {
    await publishSite(directoryTarget(site), { directory: await makeRelease('1.0.0') });
    const before = await fileTree(site);
    const other = await makeRelease('1.0.0', 'other');
    await expect(publishSite(directoryTarget(site), { directory: other })).rejects.toMatchObject({
      problems: [{ code: 'PUBLISH_CONFLICT', message: expect.stringContaining('harbor 1.0.0 is published') as string }],
    });
    const newer = await makeRelease('1.0.0', 'newer');
    const file = join(newer, 'release.json');
    const release = join(dir, 'renamed');
    await cp(newer, release, { recursive: true });
    await writeFile(
      join(release, 'release.json'),
      (await readFile(file, 'utf8')).replace('"version": "1.0.0",\n    "', '"version": "2.0.0",\n    "'),
    );
    await expect(publishSite(directoryTarget(site), { directory: release })).rejects.toMatchObject({
      problems: [{ code: 'PUBLISH_CONFLICT' }],
    });
    expect(await fileTree(site)).toEqual(before);
  });

  test('goes on after a publication that was cut at any write', async () => {
    const signer = await newSigner();
    const [old, next] = [await makeRelease('1.0.0'), await makeRelease('1.1.0')];
    await publishSite(directoryTarget(site), { directory: old, signer });
    const states = new Set<string>();
    for (let cut = 0; ; cut += 1) {
      const place = join(dir, `cut-${cut}`);
      await cp(site, place, { recursive: true });
      const failed = await publishSite(failingAfter(cut, directoryTarget(place)), { directory: next, signer }).then(
        () => false,
        (error: unknown) => String(error).includes('the power went'),
      );
      // The lock of a process that is gone is taken over; here it is our own and was given back.
      states.add((await readFile(join(place, 'apt/dists/stable/InRelease'), 'utf8')).slice(0, 900));
      await publishSite(directoryTarget(place), { directory: next, signer });
      const tree = await fileTree(place);
      expect(tree['apt/pool/main/t/tool/tool_1.1.0-1_amd64.deb']).toBeDefined();
      expect(await fileTree(join(place, 'releases/harbor/1.1.0'))).toEqual(await fileTree(next));
      if (!failed) break;
      expect(cut).toBeLessThan(200);
    }
    expect(states.size).toBe(2);
  });

  test('lets two publish at once', async () => {
    const directories = await Promise.all(['1.0.0', '1.1.0', '1.2.0'].map((version) => makeRelease(version)));
    const signer = await newSigner();
    await Promise.all(directories.map((directory) => publishSite(directoryTarget(site), { directory, signer })));
    const again = await publishSite(directoryTarget(site), { directory: directories[0] ?? '', signer });
    expect(again).toMatchObject({ isPublished: true, apt: { indexes: [], entries: [] } });
    expect(await directoryTarget(site).list('apt/pool/')).toHaveLength(3);
  });
});

/** A target whose process ends after so many writes and copies. */
function failingAfter(count: number, target: PublishTarget): PublishTarget {
  let left = count;
  const guarded = async (path: string, work: () => Promise<void>): Promise<void> => {
    if (!path.startsWith('.distrokit-lock') && left-- <= 0) throw new Error('the power went');
    await work();
  };
  return {
    ...target,
    write: (path, content, options) => guarded(path, () => target.write(path, content, options)),
    copy: (from, to) => guarded(to, () => target.copy(from, to)),
  };
}
