import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { AddOn } from '../constructs/add-on.ts';
import { App } from '../constructs/app.ts';
import { Arch } from '../constructs/arch.ts';
import { Distro } from '../constructs/distro.ts';
import { Kernel } from '../constructs/kernel.ts';
import { Package } from '../constructs/package.ts';
import { config } from '../constructs/package-files.ts';
import { kubernetes } from '../model/kubernetes-source.ts';
import { expectProblem } from './expect-problem.ts';
import { planOf } from './plan-of.ts';

const PROPS = {
  version: '1.0.0',
  vendor: { name: 'Harbor', email: 'release@harbor.example', url: 'https://harbor.example' },
  registry: 'registry.harbor.example',
  targets: ['debian12', 'el9'],
} as const;

/** An app with one distribution for each name. */
function givenApp(...names: readonly string[]): App {
  const app = new App();
  for (const name of names) {
    const distro = new Distro(app, name, PROPS);
    new Arch(distro, 'arm64');
    new Kernel(distro, 'kernel', { version: '1.36.3', source: kubernetes.fromGoModule() });
  }
  return app;
}

function addSettings(distro: Distro): void {
  new Package(distro, 'settings', {
    version: '2.0.0',
    arch: 'all',
    summary: 'settings of a node',
    files: { '/etc/settings.conf': config('a = 1\n', { mode: 0o600 }) },
  });
}

describe('planOf', () => {
  test('plans an app without network, lock or build', async () => {
    const plan = await planOf(givenApp('harbor'));

    plan.hasPackage('kubelet', { version: '1.36.3-1', arch: 'arm64', format: 'deb' });
    plan.hasFile('kubelet', '/usr/bin/kubelet', { mode: 0o755, owner: 'root' });
    expect(plan.component('kubelet').source).toBe('go:k8s.io/kubernetes@v1.36.3');
    expect(plan.plan.distro.name).toBe('harbor');
  });

  test('plans one distribution of several', async () => {
    const app = givenApp('harbor', 'edge');

    const plan = await planOf(app.distros[1] ?? app);

    expect(plan.plan.distro.name).toBe('edge');
  });

  test('plans what a function adds to a small distribution', async () => {
    const plan = await planOf(addSettings, { arches: ['s390x'] });

    plan.hasPackage('settings', { arch: 'all', format: 'rpm' });
    plan.hasPackage('kubelet', { arch: 's390x' });
    plan.hasFile('settings', '/etc/settings.conf', { mode: 0o600, config: true, content: 'a = 1\n' });
    expect(plan.plan.distro.kernel.version).toBe('1.36.3');
  });

  test('gives the same plan every time', async () => {
    const [one, two] = await Promise.all([planOf(givenApp('harbor')), planOf(givenApp('harbor'))]);

    expect(one.plan).toEqual(two.plan);
  });

  test('reads the lock of a directory that is named', async () => {
    const appDir = await mkdtemp(join(tmpdir(), 'plan-of-'));
    onTestFinished(() => rm(appDir, { recursive: true }));

    await expectProblem(
      givenApp('harbor'),
      { code: 'SOURCE_NOT_LOCKED', path: 'harbor/kernel/kube-apiserver' },
      { appDir },
    );

    await writeFile(join(appDir, 'distro.lock.json'), 'x');
    await expectProblem(givenApp('harbor'), { code: 'LOCK_INVALID' }, { appDir });
  });

  test('takes a lock', async () => {
    const lock = { schemaVersion: 1, date: '2026-11-21T00:00:00Z', toolchains: {}, sources: {} } as const;

    await expect(planOf(givenApp('harbor'), { lock })).rejects.toHaveProperty('code', 'SOURCE_NOT_LOCKED');
  });
});

describe('expectProblem', () => {
  const addOld = (distro: Distro): void => {
    new AddOn(distro, 'old', { version: '1.0.0', kernels: '<1.30', owner: 'me', upstream: 'https://old.example' });
  };

  test('returns the problem', async () => {
    const problem = await expectProblem(addOld, {
      code: 'ADDON_KERNEL_RANGE',
      path: 'test/old',
      message: /kernels <1\.30/,
    });

    expect(problem.hint).toContain('another version');
  });

  test('says which problems there were instead', async () => {
    await expect(expectProblem(addOld, { code: 'KERNEL_COUNT' })).rejects.toThrow(
      /^planning did not find KERNEL_COUNT; it found these:\n {2}\[test\/old\] ADDON_KERNEL_RANGE {2}AddOn 1\.0\.0 supports/,
    );
  });

  test('fails where nothing is wrong', async () => {
    await expect(expectProblem(addSettings, { code: 'FILE_COLLISION', path: 'test/settings' })).rejects.toThrow(
      'planning did not find [test/settings] FILE_COLLISION; it found nothing wrong',
    );
  });
});
