import { execFile } from 'node:child_process';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeDebianRoot, type DebianRoot } from '../support/debian-root.ts';
import { harborRelease, type HarborRelease } from '../support/harbor.ts';
import { HARBOR_PACKAGES as NAMES, VERSION_COMMANDS } from '../support/harbor-packages.ts';
import { requireTools } from '../support/tools.ts';

const run = promisify(execFile);
const isRoot = process.getuid?.() === 0;

describe.skipIf(requireTools('go', 'mmdebstrap', 'unshare', 'dpkg-deb', 'systemctl') || !isRoot)(
  'Harbor in a fresh Debian 12',
  () => {
    let harbor: HarborRelease;
    let next: HarborRelease;
    let root: DebianRoot;
    let before: readonly string[];

    beforeAll(async () => {
      harbor = await harborRelease({ targets: ['debian12'] });
      next = await harborRelease({ targets: ['debian12'], release: '2', cgroupDriver: 'cgroupfs' });
      root = await makeDebianRoot();
      await root.apt('update');
    });
    afterAll(async () => {
      root?.remove();
      await harbor?.[Symbol.asyncDispose]();
      await next?.[Symbol.asyncDispose]();
    });

    const added = (release: HarborRelease): readonly string[] =>
      [...release.packages('deb').values()].map((file) => root.add(file));

    test('is the packages that follow', () => {
      expect([...harbor.packages('deb').keys()].sort()).toEqual(NAMES);
    });

    test('a kubelet alone is refused, for Debian has no kubernetes-cni', async () => {
      const kubelet = root.add(harbor.packages('deb').get('kubelet') ?? '');
      await expect(root.apt('install', '--simulate', kubelet)).rejects.toMatchObject({
        stdout: expect.stringContaining('kubelet : Depends: kubernetes-cni (>= 1.2.0)') as string,
      });
    });

    test('is installed by apt-get, with what it depends on from Debian', async () => {
      // First on their own, so that a list of files can be compared with the one after purging.
      await root.apt('satisfy', await foreignRelations(harbor));
      before = root.list();
      expect(await root.apt('install', ...added(harbor))).toContain(
        `0 upgraded, ${NAMES.length} newly installed, 0 to remove`,
      );
      expect(installed(root)).toEqual(
        harbor.release.packages.map(({ name, version }) => `${name} ${version} installed`).sort(),
      );
    });

    test.each(VERSION_COMMANDS)('%s prints %s', (command, version) => {
      expect(root.sh(command)).toContain(version);
    });

    test('every CNI plugin answers', () => {
      const supported = root.sh(
        'for plugin in /opt/cni/bin/*; do CNI_COMMAND=VERSION "$plugin" </dev/null || echo "$plugin failed"; done',
      );
      expect(supported.match(/"cniVersion":"1\.1\.0"/g)).toHaveLength(18);
      expect(supported).not.toContain('failed');
    });

    test('dpkg finds every file as it was packaged', () => {
      expect(root.sh(`dpkg -V ${NAMES.join(' ')}`)).toBe('');
    });

    test.each([
      ['containerd.service', 'enabled'],
      ['etcd.service', 'disabled'],
      ['kubelet.service', 'enabled'],
    ])('%s is %s', async (name, state) => {
      // It ends with 1 for a unit that is disabled.
      const shown = await run('systemctl', ['--root', root.dir, 'is-enabled', name]).catch((error: unknown) => error);
      expect(shown).toMatchObject({ stdout: `${state}\n` });
    });

    test('systemd has no objection to the units, with the drop-in of kubeadm', () => {
      const verify = (): string =>
        root.sh(
          'mount -n -t tmpfs tmpfs /run; systemd-analyze verify etcd.service kubelet.service containerd.service || :',
        );
      expect(verify()).toBe('');
      const dropIn = root.path('/usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf');
      const text = readFileSync(dropIn, 'utf8');
      writeFileSync(dropIn, text.replace(/^ExecStart=\//m, 'ExecStart=/nowhere/'));
      expect(verify()).toContain('/nowhere/usr/bin/kubelet is not executable');
      writeFileSync(dropIn, text);
    });

    test('etcd has a user, and its state belongs to it alone', () => {
      expect(root.sh('getent passwd etcd')).toMatch(/^etcd:x:\d+:\d+:etcd:\/var\/lib\/etcd:\/usr\/sbin\/nologin\n$/);
      expect(root.sh('stat -c "%a %U:%G %n" /var/lib/etcd /var/lib/kubelet /var/lib/containerd').split('\n')).toEqual([
        '700 etcd:etcd /var/lib/etcd',
        '750 root:root /var/lib/kubelet',
        '711 root:root /var/lib/containerd',
        '',
      ]);
    });

    test('containerd takes its configuration', () => {
      const effective = root.sh('containerd config dump');
      expect(effective).toMatch(/^ *sandbox = ['"]registry\.harbor\.example\/pause:3\.10\.2@sha256:[0-9a-f]{64}['"]$/m);
      expect(effective).toMatch(/^ *SystemdCgroup = true$/m);
      expect(effective).toMatch(/^ *bin_dirs = \[['"]\/opt\/cni\/bin['"]\]$/m);
    });

    test('runc was built with seccomp', () => {
      expect(JSON.parse(root.sh('runc features'))).toMatchObject({ linux: { seccomp: { enabled: true } } });
    });

    test('an upgrade keeps what an administrator edited', async () => {
      writeFileSync(root.path('/etc/default/kubelet'), 'KUBELET_EXTRA_ARGS=--v=2\n');
      appendFileSync(root.path('/etc/containerd/config.toml'), '# edited\n');
      root.sh('systemctl disable kubelet.service');

      expect(await root.apt('install', ...added(next))).toContain(`${NAMES.length} upgraded, 0 newly installed`);

      expect(installed(root)).toEqual(NAMES.map((name) => expect.stringMatching(`^${name} .*-2 installed$`) as string));
      expect(readFileSync(root.path('/etc/default/kubelet'), 'utf8')).toBe('KUBELET_EXTRA_ARGS=--v=2\n');
      expect(readFileSync(root.path('/etc/containerd/config.toml'), 'utf8')).toMatch(
        /SystemdCgroup = true\n# edited\n$/,
      );
      expect(readFileSync(root.path('/etc/containerd/config.toml.dpkg-dist'), 'utf8')).toMatch(
        /SystemdCgroup = false\n$/,
      );
      expect(
        root
          .sh(`dpkg -V ${NAMES.join(' ')} || true`)
          .trimEnd()
          .split('\n'),
      ).toEqual(['??5?????? c /etc/containerd/config.toml', '??5?????? c /etc/default/kubelet']);
      expect(root.sh('systemctl is-enabled kubelet.service || true')).toBe('disabled\n');
      expect(root.sh('stat -c "%a %U:%G" /var/lib/etcd')).toBe('700 etcd:etcd\n');
    });

    test('purging leaves nothing behind but an account, which sysusers never removes', async () => {
      await root.apt('purge', ...NAMES);
      // dpkg removes an empty directory that no other package has; only Harbor's had /opt.
      expect(root.list()).toEqual(before.filter((path) => path !== './opt'));
      expect(root.sh('dpkg-query -W -f "\\${Package}\\n"').split('\n')).not.toEqual(
        expect.arrayContaining([expect.stringMatching(/^kube|^etcd$/)]),
      );
      expect(root.sh('getent passwd etcd')).toContain('etcd:');
    });
  },
);

/** What the packages depend on that is not among them. */
async function foreignRelations(harbor: HarborRelease): Promise<string> {
  const fields = await Promise.all(
    [...harbor.packages('deb').values()].map(async (file) => (await run('dpkg-deb', ['-f', file, 'Depends'])).stdout),
  );
  const relations = fields.flatMap((field) => field.trim().split(', ')).filter((relation) => relation !== '');
  return relations.filter((relation) => !NAMES.includes(relation.split(' ')[0] ?? '')).join(', ');
}

/** Each of Harbor's packages with its version and state, as dpkg knows them. */
function installed(root: DebianRoot): readonly string[] {
  const format = '${Package} ${Version} ${db:Status-Status}\\n';
  return root
    .sh(`dpkg-query -W -f '${format}' ${NAMES.join(' ')}`)
    .trimEnd()
    .split('\n');
}

describe.skipIf(requireTools('go', 'lintian'))("lintian's findings in Harbor's packages", () => {
  const releases: HarborRelease[] = [];
  afterAll(async () => {
    for (const release of releases) await release[Symbol.asyncDispose]();
  });

  test('of gzip have no error, and every override is needed and says why', async () => {
    const harbor = await harborRelease({ targets: ['debian11'] });
    releases.push(harbor);
    const findings = await lint(harbor);
    expect(findings.filter((line) => line.startsWith('E:'))).toEqual([]);
    // runc's C is linked to glibc, and Go makes it position independent only when it is asked to.
    expect(findings.filter((line) => line.startsWith('W:'))).toEqual(['W: runc: hardening-no-pie [usr/bin/runc]']);
    expect(findings.filter((line) => /(?:unused|mismatched)-override|malformed-override/.test(line))).toEqual([]);
    // Lintian shows that it read the overrides and their reasons.
    const overridden = findings.filter((line) => line.startsWith('O:'));
    expect(overridden).toContain('O: kubelet: statically-linked-binary [usr/bin/kubelet]');
    expect(overridden).toContain('O: etcd: non-standard-dir-perm 0700 != 0755 [var/lib/etcd/]');
    expect(findings.filter((line) => line.startsWith('N: Go links its programs statically;'))).not.toEqual([]);
  });

  test('of zstd have no error but that it does not know zstd', async () => {
    const harbor = await harborRelease({ targets: ['debian12'] });
    releases.push(harbor);
    const errors = (await lint(harbor)).filter((line) => line.startsWith('E:')).sort();
    expect(errors).toEqual(
      NAMES.flatMap((name) => [
        `E: ${name}: malformed-deb-archive second (official) member control.tar.zst not control.tar.(gz|xz)`,
        `E: ${name}: malformed-deb-archive third (official) member data.tar.zst not data.tar.(gz|xz|bz2|lzma)`,
      ]),
    );
  });
});

/** The lines of lintian's report about a release's packages, with what is overridden. Two run at once, as each is slow. */
async function lint(harbor: HarborRelease): Promise<readonly string[]> {
  const files = [...harbor.packages('deb').values()];
  const halves = [files.filter((_, index) => index % 2 === 0), files.filter((_, index) => index % 2 === 1)];
  const reports = await Promise.all(
    halves.map(async (half) => {
      const options = ['--allow-root', '--fail-on', 'none', '--display-info', '--show-overrides'];
      return (await run('lintian', [...options, ...half], { maxBuffer: 1 << 26 })).stdout;
    }),
  );
  return reports.flatMap((report) => report.trimEnd().split('\n'));
}
