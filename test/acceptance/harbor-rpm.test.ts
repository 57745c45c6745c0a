import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rpmlintrc } from '../../packages/core/src/formats/rpm/rpmlintrc.ts';
import type { Plan } from '../../packages/core/src/plan/document.ts';
import { harborRelease, type HarborRelease } from '../support/harbor.ts';
import { HARBOR_PACKAGES as NAMES, VERSION_COMMANDS } from '../support/harbor-packages.ts';
import { makeRpmKey, type RpmKey } from '../support/rpm-key.ts';
import { makeRpmSystem, RPM_DATABASE, type RpmSystem } from '../support/rpm-system.ts';
import { requireTools } from '../support/tools.ts';

const run = promisify(execFile);
const isRoot = process.getuid?.() === 0;

describe.skipIf(requireTools('go', 'rpm', 'rpmsign', 'rpmlint', 'gpg'))("Harbor's rpm packages, signed", () => {
  let work: string;
  let harbor: HarborRelease;
  let key: RpmKey;
  let unsigned: readonly string[];
  let signed: readonly string[];

  beforeAll(async () => {
    work = await mkdtemp(join(tmpdir(), 'distrokit-harbor-rpm-'));
    harbor = await harborRelease({ targets: ['el9'] });
    key = makeRpmKey(join(work, 'key'));
    unsigned = [...harbor.packages('rpm').values()].sort();
    mkdirSync(join(work, 'signed'));
    signed = unsigned.map((file) => join(work, 'signed', basename(file)));
    for (const [index, file] of signed.entries()) copyFileSync(unsigned[index] ?? '', file);
    key.sign(signed);
  });
  afterAll(async () => {
    await harbor?.[Symbol.asyncDispose]();
    await rm(work, { recursive: true, force: true });
  });

  const check = async (files: readonly string[], ...args: readonly string[]): Promise<readonly string[]> => {
    const { stdout } = await run('rpm', ['-K', ...args, ...files], { env: key.env });
    return stdout.trimEnd().split('\n');
  };

  test('verify', async () => {
    expect(await check(unsigned)).toEqual(unsigned.map((file) => `${file}: digests OK`));
    expect(await check(signed)).toEqual(signed.map((file) => `${file}: digests signatures OK`));
  });

  test('verify at the level that asks for everything, and do not before they are signed', async () => {
    const all = ['--define', '_pkgverify_level all'];
    expect(await check(signed, ...all)).toEqual(signed.map((file) => `${file}: digests signatures OK`));
    await expect(check(unsigned, ...all)).rejects.toMatchObject({
      stdout: unsigned.map((file) => `${file}: digests SIGNATURES NOT OK\n`).join(''),
    });
  });

  test('have no error in rpmlint but what their overrides accept, and why', async () => {
    const plan = JSON.parse(await readFile(join(harbor.dir, 'plan.json'), 'utf8')) as Plan;
    const steps = plan.steps.filter((step) => step.kind === 'package' && step.format === 'rpm');
    for (const file of signed) {
      const step = steps.find((candidate) => 'file' in candidate && basename(candidate.file) === basename(file));
      const overrides = step?.kind === 'package' ? step.spec.overrides : [];
      const rc = join(work, 'rpmlintrc');
      writeFileSync(rc, rpmlintrc(overrides));
      const { stdout } = await run('rpmlint', ['--rpmlintrc', rc, file], { env: key.env });
      expect(stdout.split('\n').filter((line) => line.includes(': E: '))).toEqual([]);
      expect(stdout).toContain('1 packages and 0 specfiles checked; 0 errors');
    }
  });

  test('would have errors without their overrides', async () => {
    const cni = signed.find((file) => file.includes('kubernetes-cni')) ?? '';
    await expect(run('rpmlint', [cni], { env: key.env })).rejects.toMatchObject({
      stdout: expect.stringContaining('E: dir-or-file-in-opt /opt/cni/bin/bridge') as string,
    });
  });
});

describe.skipIf(requireTools('go', 'rpm', 'dnf', 'mmdebstrap', 'unshare', 'systemctl') || !isRoot)(
  'Harbor by rpm in a fresh system',
  () => {
    let harbor: HarborRelease;
    let next: HarborRelease;
    let system: RpmSystem;
    let before: readonly string[];

    beforeAll(async () => {
      harbor = await harborRelease({ targets: ['el9'] });
      next = await harborRelease({ targets: ['el9'], release: '2', cgroupDriver: 'cgroupfs' });
      system = await makeRpmSystem();
      before = list();
    });
    afterAll(async () => {
      system?.root.remove();
      await harbor?.[Symbol.asyncDispose]();
      await next?.[Symbol.asyncDispose]();
    });

    const files = (release: HarborRelease): readonly string[] => [...release.packages('rpm').values()];
    const installed = async (): Promise<readonly string[]> => (await system.rpm('-qa')).trimEnd().split('\n').sort();

    /** Without rpm's database, and with what only dpkg changes. */
    function list(): readonly string[] {
      return system.root.list().filter((path) => !path.startsWith(`.${RPM_DATABASE}`));
    }

    test('a kubelet alone is refused', async () => {
      const kubelet = harbor.packages('rpm').get('kubelet') ?? '';
      await expect(system.rpm('-i', kubelet)).rejects.toMatchObject({
        stdout: `error: Failed dependencies:\n\tkubernetes-cni >= 1.2.0 is needed by ${basename(kubelet, '.rpm')}\n`,
      });
    });

    test('installs, and every script is quiet but for the units that it enables', async () => {
      const printed = await system.rpm('-i', ...files(harbor));
      expect(
        printed.split('\n').filter((line) => !/^(?:Created symlink |Creating (?:group|user) )/.test(line)),
      ).toEqual(['']);
      expect(await installed()).toEqual([
        'base-1.2.3-1.noarch',
        ...harbor.release.packages.map(({ file }) => basename(file, '.rpm')).sort(),
      ]);
    });

    test.each(VERSION_COMMANDS)('%s prints %s', (command, version) => {
      expect(system.root.sh(command)).toContain(version);
    });

    test('rpm finds every file as it was packaged', async () => {
      expect(await system.rpm('-V', ...NAMES)).toBe('');
    });

    test('units are enabled as declared', () => {
      const { root } = system;
      expect(root.sh('systemctl is-enabled containerd.service etcd.service kubelet.service || :')).toBe(
        'enabled\ndisabled\nenabled\n',
      );
      expect(root.sh('cat /usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf')).toContain(
        '\nEnvironmentFile=-/etc/sysconfig/kubelet\n',
      );
    });

    test('etcd has a user, and its state belongs to it alone', () => {
      expect(system.root.sh('getent passwd etcd')).toMatch(/^etcd:x:\d+:\d+:etcd:\/var\/lib\/etcd:/);
      expect(system.root.sh('stat -c "%a %U:%G" /var/lib/etcd /var/lib/kubelet /var/lib/containerd')).toBe(
        '700 etcd:etcd\n750 root:root\n711 root:root\n',
      );
    });

    test('an upgrade keeps what an administrator edited', async () => {
      const { root } = system;
      const [kubelet, containerd] = [root.path('/etc/sysconfig/kubelet'), root.path('/etc/containerd/config.toml')];
      writeFileSync(kubelet, 'KUBELET_EXTRA_ARGS=--v=2\n');
      writeFileSync(containerd, `${readFileSync(containerd, 'utf8')}# edited\n`);
      root.sh('systemctl disable kubelet.service');

      const printed = await system.rpm('-U', ...files(next));

      // The kubelet's file is the same in both releases: there is nothing to put aside.
      expect(printed.trimEnd()).toBe(
        'warning: /etc/containerd/config.toml created as /etc/containerd/config.toml.rpmnew',
      );
      expect(await installed()).toEqual([
        'base-1.2.3-1.noarch',
        ...next.release.packages.map(({ file }) => basename(file, '.rpm')).sort(),
      ]);
      expect(readFileSync(kubelet, 'utf8')).toBe('KUBELET_EXTRA_ARGS=--v=2\n');
      expect(readFileSync(containerd, 'utf8')).toMatch(/SystemdCgroup = true\n# edited\n$/);
      expect(readFileSync(`${containerd}.rpmnew`, 'utf8')).toMatch(/SystemdCgroup = false\n$/);
      await expect(system.rpm('-V', ...NAMES)).rejects.toMatchObject({
        stdout: 'S.5....T.  c /etc/containerd/config.toml\nS.5....T.  c /etc/sysconfig/kubelet\n',
      });
      expect(root.sh('systemctl is-enabled containerd.service etcd.service kubelet.service || :')).toBe(
        'enabled\ndisabled\ndisabled\n',
      );
    });

    test('erasing leaves nothing behind but what the administrator edited, and an account', async () => {
      await system.rpm('-e', ...NAMES);
      const edited = ['./etc/containerd/config.toml.rpmnew', './etc/containerd/config.toml.rpmsave'];
      const kept = ['./etc/containerd', ...edited, './etc/sysconfig', './etc/sysconfig/kubelet.rpmsave'];
      expect(list()).toEqual([...before, ...kept].sort());
      expect(await installed()).toEqual(['base-1.2.3-1.noarch']);
      expect(existsSync(system.root.path('/opt'))).toBe(true);
      expect(system.root.sh('getent passwd etcd')).toContain('etcd:');
    });

    test('dnf refuses a kubelet alone, and installs the release and removes it', async () => {
      await expect(system.dnf('install', harbor.packages('rpm').get('kubelet') ?? '')).rejects.toMatchObject({
        stderr: expect.stringContaining('nothing provides kubernetes-cni >= 1.2.0 needed by kubelet-') as string,
      });
      const printed = await system.dnf('install', ...files(harbor));
      expect(printed).toMatch(/^Install +11 Packages$/m);
      expect(printed).toContain('Complete!');
      expect(await system.rpm('-V', ...NAMES)).toBe('');
      expect(system.root.sh('kubelet --version')).toBe('Kubernetes v1.36.3\n');
      expect(await system.dnf('remove', ...NAMES)).toMatch(/^Remove +11 Packages$/m);
      expect(await installed()).toEqual(['base-1.2.3-1.noarch']);
    });
  },
);
