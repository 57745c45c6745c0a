import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { testFileStep, testPackageStep, testPlan } from '../../../../test/support/plan.ts';
import { readDeb } from '../formats/deb/read.ts';
import { readRpm } from '../formats/rpm/read-rpm.ts';
import { sha256Of } from '../model/digest.ts';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { blobOf } from './build-result.ts';
import { execute } from './execute.ts';
import { createRunners } from './runners.ts';

let dir: string;
let store: Store;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'distrokit-package-'));
  store = await openStore(join(dir, 'store'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

describe('runPackage', () => {
  test('writes packages that hold text, base64 and what other steps made', async () => {
    await writeFile(join(dir, 'tool'), 'one');
    const file = testFileStep('tool', 'one');
    const contents = {
      '/usr/bin/tool': { step: file.id, output: 'file' },
      '/usr/bin/text': { text: 'two' },
      '/usr/bin/bytes': { base64: Buffer.from('three').toString('base64') },
    };
    const deb = testPackageStep('tool', contents);
    const rpm = testPackageStep('tool', contents, { format: 'rpm', compression: 'zstd' });
    const { outputs } = await execute(testPlan([file, deb, rpm]), { store, runners: createRunners(), appDir: dir });

    const digests = [
      ['/usr/bin/bytes', sha256Of('three')],
      ['/usr/bin/text', sha256Of('two')],
      ['/usr/bin/tool', sha256Of('one')],
    ];
    const ref = { output: 'package' };
    const readers = [readDeb(await store.findBlob(blobOf(outputs, { ...ref, step: deb.id })))];
    const [fromDeb] = await Promise.all(readers);
    const fromRpm = await readRpm(await store.findBlob(blobOf(outputs, { ...ref, step: rpm.id })));
    for (const info of [fromDeb, fromRpm]) {
      const found = info?.files
        .filter(({ path }) => path.startsWith('/usr/bin/'))
        .map(({ path, sha256 }) => [path, sha256]);
      expect(found?.sort()).toEqual(digests);
    }
    const [session] = await readdir(join(store.dir, 'v1/tmp'));
    expect(await readdir(join(store.dir, 'v1/tmp', session ?? ''))).toEqual([]);
  });

  test('names the construct of a package that its format refuses', async () => {
    const step = testPackageStep('tool', { '/usr/bin/../tool': { text: 'x' } });
    const failed = execute(testPlan([step]), { store, runners: createRunners(), appDir: dir });
    await expect(failed).rejects.toMatchObject({ code: 'PATH_INVALID', path: 'harbor/tool' });
  });
});
