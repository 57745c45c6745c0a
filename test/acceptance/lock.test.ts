import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runDebian } from '../../packages/core/src/build/run-debian.ts';
import type { Declaration } from '../../packages/core/src/lock/declaration.ts';
import { lookupDebian, lookupGoModule } from '../../packages/core/src/lock/lookup.ts';
import { findOutdated } from '../../packages/core/src/lock/outdated.ts';
import { parseLock } from '../../packages/core/src/lock/read-lock.ts';
import { type ResolvedLock, resolveLock, type ResolveLockOptions } from '../../packages/core/src/lock/resolve.ts';
import { formatLock } from '../../packages/core/src/lock/write-lock.ts';
import type { ArchName } from '../../packages/core/src/model/arch.ts';
import { cProgram, debian, goModule } from '../../packages/core/src/model/declare-source.ts';
import type { GoModuleSource, Source } from '../../packages/core/src/model/source.ts';
import { openStore } from '../../packages/core/src/store/open-store.ts';
import { serveTestModules, type TestModules } from '../support/go-modules.ts';
import { testContext } from '../support/run-context.ts';
import { requireTools } from '../support/tools.ts';

const declare = (path: string, source: Source, version: string, arch: ArchName = 'amd64'): Declaration => ({
  path,
  source,
  version,
  arch,
});
const lock = (declarations: readonly Declaration[], more: Partial<ResolveLockOptions> = {}): Promise<ResolvedLock> =>
  resolveLock(declarations, { appDir: process.cwd(), now: new Date('2026-11-21T00:00:00Z'), ...more });

/** The smallest repository that is published like Kubernetes: a module with its staging directories beside it. */
function publishLikeKubernetes(modules: TestModules, minor: number, patch: number): void {
  const [kube, api] = [`v1.${minor}.${patch}`, `v0.${minor}.${patch}`];
  modules.publish('example.com/api', api, { 'api.go': `package api\n\nconst Name = "api ${api}"\n` });
  modules.publish(
    'example.com/kube',
    kube,
    {
      'cmd/kubelet/main.go': 'package main\n\nimport "example.com/api"\n\nfunc main() { println(api.Name) }\n',
      'cmd/kubeadm/main.go': 'package main\n\nfunc main() {}\n',
      'pause.c': 'int main(void) { return 0; }\n',
    },
    ['go 1.24', 'godebug default=go1.24', 'require example.com/api v0.0.0', 'replace example.com/api => ./staging/api'],
  );
}

describe.skipIf(requireTools('go'))('locking Go modules', () => {
  let modules: TestModules;
  const source = (...commands: string[]): GoModuleSource =>
    goModule('example.com/kube', { commands: commands.map((name) => `./cmd/${name}`), replaces: 'staging' });

  beforeAll(() => {
    modules = serveTestModules();
    for (const patch of [1, 2, 3]) publishLikeKubernetes(modules, 36, patch);
    publishLikeKubernetes(modules, 37, 0);
  });
  afterAll(() => modules.dispose());

  test('makes one module set for all commands, with the staging modules published beside it', async () => {
    const pause = cProgram('pause', { module: 'example.com/kube', version: 'v1.36.3', files: ['pause.c'] });
    const { lock: made } = await lock([
      declare('harbor/kubelet', source('kubelet'), '1.36.3'),
      declare('harbor/kubeadm', source('kubeadm'), '1.36.3', 'arm64'),
      declare('harbor/pause', pause, '3.10.2'),
    ]);
    expect(Object.keys(made.sources)).toEqual(['go:example.com/kube@v1.36.3']);
    expect(lookupGoModule(made, source('kubelet', 'kubeadm'), '1.36.3')).toMatchObject({
      found: {
        packages: ['example.com/kube/cmd/kubeadm', 'example.com/kube/cmd/kubelet'],
        goMod: expect.arrayContaining(['replace example.com/api => example.com/api v0.36.3', 'go 1.24']),
        goSum: expect.arrayContaining([expect.stringMatching(/^example\.com\/api v0\.36\.3 h1:/u)]),
      },
    });
    expect(made.toolchains).toEqual({
      go: execFileSync('go', ['env', 'GOVERSION'], { encoding: 'utf8' }).trim().slice(2),
      zig: expect.stringMatching(/^[0-9]+\.[0-9]+\.[0-9]+$/u),
    });
    expect(parseLock(formatLock(made), 'distro.lock.json')).toEqual(made);
  });

  test('makes the same lock again, and tidies again for a new command', async () => {
    const first = await lock([declare('harbor/kubelet', source('kubelet'), '1.36.3')]);
    expect(await lock([declare('harbor/kubelet', source('kubelet'), '1.36.3')])).toEqual(first);
    const more = [declare('harbor/kernel', source('kubelet', 'kubeadm'), '1.36.3')];
    const { changes } = await lock(more, { previous: first.lock, now: new Date('2027-01-01') });
    expect(changes.map(({ key, kind }) => `${kind} ${key}`)).toEqual(['changed go:example.com/kube@v1.36.3']);
  });

  test('names the nearest versions of one that does not exist, and every other failure', async () => {
    const none = goModule('example.com/none', { commands: ['.'] });
    const failed = lock([
      declare('harbor/kubelet', source('kubelet'), '1.36.9'),
      declare('harbor/none', none, '1.0.0'),
      declare('harbor/missing', source('kube-nothing'), '1.36.2'),
      declare('harbor/good', source('kubelet'), '1.36.3'),
    ]);
    await expect(failed).rejects.toMatchObject({
      problems: [
        { code: 'SOURCE_UNAVAILABLE', path: 'harbor/missing', message: expect.stringContaining('kube-nothing') },
        {
          code: 'SOURCE_VERSION_UNKNOWN',
          path: 'harbor/kubelet',
          message: 'go module example.com/kube has no version v1.36.9',
          hint: 'near it are v1.36.1, v1.36.2, v1.36.3, v1.37.0',
        },
        { code: 'SOURCE_UNAVAILABLE', path: 'harbor/none' },
      ],
    });
  });

  test('refuses a module that needs a newer Go', async () => {
    modules.publish('example.com/future', 'v1.0.0', { 'main.go': 'package main\n\nfunc main() {}\n' }, ['go 1.99']);
    const before = process.env['GOTOOLCHAIN'];
    process.env['GOTOOLCHAIN'] = 'local';
    try {
      const future = goModule('example.com/future', { commands: ['.'] });
      await expect(lock([declare('harbor/future', future, '1.0.0')])).rejects.toMatchObject({
        code: 'TOOL_VERSION',
        message: 'go module example.com/future v1.0.0 needs Go 1.99',
      });
    } finally {
      if (before === undefined) delete process.env['GOTOOLCHAIN'];
      else process.env['GOTOOLCHAIN'] = before;
    }
  });

  test('finds newer versions', async () => {
    const { lock: made } = await lock([declare('harbor/kubelet', source('kubelet'), '1.36.2')]);
    expect(await findOutdated(made, { appDir: process.cwd() })).toEqual({
      outdated: [{ key: 'go:example.com/kube@v1.36.2', current: 'v1.36.2', latest: 'v1.37.0', move: 'declare' }],
      problems: [],
    });
  });
});

describe.skipIf(requireTools('apt-get', 'dpkg-deb'))('locking Debian packages', () => {
  let dir: string;
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'lock-debian-'));
  });
  afterAll(() => rmSync(dir, { recursive: true }));

  test('pins a package of another suite for another architecture, and fetches what it pinned', async () => {
    const source = debian('libseccomp-dev', { suite: 'trixie' });
    const { lock: made } = await lock([declare('harbor/runc', source, '1.0.0', 'arm64')]);
    const lookup = lookupDebian(made, source, 'arm64');
    expect(lookup).toMatchObject({ found: { suite: 'trixie', arch: 'arm64', component: 'main' } });
    if (!('found' in lookup)) return;
    // No mirror's name may stand in a lock: another machine has another.
    expect(JSON.stringify(made)).not.toContain('://');

    const store = await openStore(join(dir, 'store'));
    const context = testContext({ store });
    const step = { ...lookup.found, id: 'debian', path: 'harbor/runc', outputs: ['file'] };
    const { file } = await runDebian(step, context);
    const { sha256, size } = lookup.found;
    expect(file).toEqual({ sha256, size });
    const fields = execFileSync('dpkg-deb', [
      '--field',
      await store.pathOf({ sha256, size }),
      'Package',
      'Architecture',
    ]);
    expect(fields.toString()).toBe('Package: libseccomp-dev\nArchitecture: arm64\n');

    const other = runDebian({ ...step, sha256: 'a'.repeat(64) }, context);
    await expect(other).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
    await expect(runDebian({ ...step, version: '0.0.1' }, context)).rejects.toMatchObject({
      code: 'SOURCE_UNAVAILABLE',
      hint: expect.stringContaining('distrokit update libseccomp-dev'),
    });
    await context.dispose();
    // The lists of one suite and architecture were fetched once and are kept.
    expect(readdirSync(await store.cacheDir('apt'))).toHaveLength(1);
  });

  test('says which packages there are not', async () => {
    const failed = lock([
      declare('harbor/a', debian('no-such-package-a', { suite: 'trixie' }), '1.0.0'),
      declare('harbor/b', debian('no-such-package-b', { suite: 'trixie' }), '1.0.0'),
    ]);
    await expect(failed).rejects.toMatchObject({
      problems: [
        {
          code: 'SOURCE_UNAVAILABLE',
          path: 'harbor/a',
          message: 'there is no Debian package no-such-package-a:amd64 in trixie/main',
        },
        { code: 'SOURCE_UNAVAILABLE', path: 'harbor/b' },
      ],
    });
  });

  test('refuses a suite that another keyring signed', async () => {
    const keyring = '/usr/share/keyrings/debian-archive-removed-keys.gpg';
    const failed = lock([declare('harbor/a', debian('libc6', { suite: 'trixie', keyring }), '1.0.0')]);
    await expect(failed).rejects.toMatchObject({ code: 'SIGNATURE_INVALID', path: 'harbor/a' });
  });
});
