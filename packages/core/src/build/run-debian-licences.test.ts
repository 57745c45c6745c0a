import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { testPackageStep, testPlan } from '../../../../test/support/plan.ts';
import { collect } from '../model/bytes.ts';
import type { PackageFile } from '../model/package-spec.ts';
import type { DebianLicencesStep, PackageStep } from '../plan/document.ts';
import { openStore } from '../store/open-store.ts';
import { blobOf } from './build-result.ts';
import { execute } from './execute.ts';
import { createRunners } from './runners.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'distrokit-licences-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const FORMAT = 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n';

function deb(name: string, copyright: string, files: readonly PackageFile[] = []): PackageStep {
  const step = testPackageStep(name, {});
  return { ...step, spec: { ...step.spec, files, copyright } };
}

test('licences come from the copyright file of a package, or of the one that it links to', async () => {
  const owner = { owner: 'root', group: 'root', mode: 0o644 };
  const link = (path: string, target: string): PackageFile => ({
    ...owner,
    type: 'symlink',
    path,
    target,
  });
  const debs = [
    deb('library', `${FORMAT}\nFiles: *\nCopyright: 2026 Somebody\nLicense: LGPL-2.1\n`),
    deb('prose', 'It may be copied by everybody.\n'),
    // Our own packages have their own text, so these stand for packages of other names.
    deb('first', FORMAT, [link('/usr/share/doc/linked-file/copyright', '../library/copyright')]),
    deb('second', FORMAT, [link('/usr/share/doc/linked-directory', 'library')]),
  ];
  const names = ['library', 'prose', 'linked-file', 'linked-directory'];
  const step: DebianLicencesStep = {
    kind: 'debian-licences',
    id: 'debian-licences',
    path: 'harbor',
    outputs: ['licences'],
    packages: debs.map(({ id }, index) => ({
      name: names[index] ?? '',
      version: '1.0.0-1',
      content: { step: id, output: 'package' },
    })),
  };
  const store = await openStore(dir);
  const { outputs } = await execute(testPlan([...debs, step]), { store, runners: createRunners(), appDir: dir });

  const blob = await store.findBlob(blobOf(outputs, { step: step.id, output: 'licences' }));
  expect(JSON.parse(Buffer.from(await collect(blob.read(), 1 << 20)).toString())).toEqual({
    'library@1.0.0-1': 'LGPL-2.1-only',
    'linked-directory@1.0.0-1': 'LGPL-2.1-only',
    'linked-file@1.0.0-1': 'LGPL-2.1-only',
  });
});
