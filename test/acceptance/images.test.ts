import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { verify } from '@distrokit/core/toolkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningContainerd, startContainerd } from '../support/containerd.ts';
import { harborRelease, hostArch, type HarborRelease } from '../support/harbor.ts';
import { requireTools } from '../support/tools.ts';

const run = promisify(execFile);
const REGISTRY = 'registry.harbor.example';

/** What each image's program says of itself, by the image's name. */
const PROGRAMS: Readonly<Record<string, readonly [command: readonly string[], says: string]>> = {
  coredns: [['/usr/bin/coredns', '-version'], 'CoreDNS-1.14.2'],
  etcd: [['etcd', '--version'], 'etcd Version: 3.6.8'],
  'kube-apiserver': [['kube-apiserver', '--version'], 'Kubernetes v1.36.3'],
  'kube-controller-manager': [['kube-controller-manager', '--version'], 'Kubernetes v1.36.3'],
  'kube-proxy': [['/usr/sbin/iptables', '--version'], 'iptables v1.8.9 (nf_tables)'],
  'kube-scheduler': [['kube-scheduler', '--version'], 'Kubernetes v1.36.3'],
  pause: [['/usr/bin/pause', '-v'], 'pause.c v3.10.2'],
};

describe.skipIf(requireTools('go', 'dpkg-deb', 'tar', 'zstd'))("Harbor's images", () => {
  let harbor: HarborRelease;
  let work: string;
  beforeAll(async () => {
    work = await mkdtemp(join(tmpdir(), 'distrokit-images-'));
    harbor = await harborRelease({ targets: ['debian12'] });
  });
  afterAll(async () => {
    await harbor?.[Symbol.asyncDispose]();
    await rm(work, { recursive: true, force: true });
  });

  const image = (name: string): HarborRelease['release']['images'][number] => {
    const found = harbor.release.images.find((one) => one.name === name);
    if (found === undefined) throw new Error(`there is no image ${name}`);
    return found;
  };
  const blobOf = (digest: string): string => `images/blobs/sha256/${digest.slice('sha256:'.length)}`;
  /** The manifest of an image for this machine. */
  const manifestOf = async (name: string): Promise<{ readonly layers: readonly { readonly digest: string }[] }> => {
    const read = async (digest: string): Promise<string> => readFile(join(harbor.dir, blobOf(digest)), 'utf8');
    const { manifests } = JSON.parse(await read(image(name).digest)) as { manifests: { digest: string }[] };
    return JSON.parse(await read(manifests[0]?.digest ?? '')) as { layers: { digest: string }[] };
  };
  const tagged = (name: string): string => `${REGISTRY}/${name}:${image(name).tag}`;

  test('are all there, and whole', async () => {
    expect(harbor.release.images.map(({ name }) => name).sort()).toEqual(Object.keys(PROGRAMS));
    expect(await verify({ release: harbor.dir })).toEqual([]);
  });

  test.each(['etcd', 'pause'])('%s unpacks with GNU tar and zstd, sorted, of one time', async (name) => {
    const root = join(work, `root-${name}`);
    await mkdir(root);
    const { layers } = await manifestOf(name);
    for (const { digest } of layers) {
      const blob = join(harbor.dir, blobOf(digest));
      const { stdout } = await run('tar', [
        '--list',
        '--verbose',
        '--full-time',
        '--numeric-owner',
        '--utc',
        '--file',
        blob,
      ]);
      const lines = stdout.trimEnd().split('\n');
      expect(new Set(lines.map((line) => line.split(/\s+/).slice(3, 5).join('T')))).toEqual(
        new Set([harbor.release.distro.date.replace('Z', '')]),
      );
      const names = lines.map((line) => line.split(/\s+/)[5] ?? '');
      expect(names).toEqual(names.toSorted());
      await run('tar', ['--extract', '--file', blob, '--directory', root]);
    }
    const built = harbor.release.components.find((component) => component.name === name)?.binaries ?? [];
    expect(built).not.toHaveLength(0);
    for (const { name: program, sha256 } of built) {
      const file = join(root, 'usr/bin', program);
      expect(
        createHash('sha256')
          .update(await readFile(file))
          .digest('hex'),
      ).toBe(sha256);
      expect((await stat(file)).mode & 0o7777).toBe(0o755);
    }
    expect((await stat(join(root, 'tmp'))).mode & 0o7777).toBe(0o1777);
  });

  test("are what the release's own kubeadm looks for", async () => {
    const config = join(harbor.dir, 'installers/kubeadm/init.yaml');
    const { stdout } = await run(harbor.binary('kubeadm'), ['config', 'images', 'list', '--config', config]);
    const wanted = stdout.trimEnd().split('\n');
    const found = harbor.release.images.map(({ name, tag }) => `${REGISTRY}/${name}:${tag}`);
    expect(wanted.filter((reference) => !found.includes(reference))).toEqual([]);
  });

  test('stand in the static pods that kubeadm writes, by the digests that were built', async () => {
    const installer = join(harbor.dir, 'installers/kubeadm');
    const config = join(work, 'init.yaml');
    const text = await readFile(join(installer, 'init.yaml'), 'utf8');
    await writeFile(config, text.replaceAll('/etc/kubernetes/patches', join(installer, 'patches')));
    const written = join(work, 'static-pods');
    await mkdir(written);
    const env = { ...process.env, KUBEADM_INIT_DRYRUN_DIR: written };
    const pods = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'];
    for (const phase of [
      ['control-plane', 'all'],
      ['etcd', 'local'],
    ]) {
      await run(harbor.binary('kubeadm'), ['init', 'phase', ...phase, '--config', config, '--dry-run'], { env });
    }
    expect((await readdir(written)).sort()).toEqual(pods.map((name) => `${name}.yaml`));
    for (const name of pods) {
      const pod = await readFile(join(written, `${name}.yaml`), 'utf8');
      expect(pod.match(/^ +image: (.*)$/m)?.[1]).toBe(`${tagged(name)}@${image(name).digest}`);
    }
  });

  describe.skipIf(process.getuid?.() !== 0)('in containerd with runc', () => {
    let containerd: RunningContainerd;
    beforeAll(async () => {
      containerd = await startContainerd(harbor);
      const archive = join(work, 'images.tar');
      await run('tar', ['--create', '--file', archive, '--directory', join(harbor.dir, 'images'), '.']);
      // Its own snapshots are plain directories, which every file system can hold.
      await containerd.ctr('images', 'import', '--local', '--snapshotter', 'native', archive);
    });
    afterAll(() => containerd?.[Symbol.asyncDispose]());

    test('have their names and digests', async () => {
      const lines = (await containerd.ctr('images', 'list')).trimEnd().split('\n').slice(1);
      const found = lines.map((line) => line.split(/\s+/));
      expect(found.map(([name, , digest, , , platforms]) => [name, digest, platforms])).toEqual(
        Object.keys(PROGRAMS).map((name) => [tagged(name), image(name).digest, `linux/${hostArch()}`]),
      );
    });

    test.each(Object.entries(PROGRAMS))('%s runs', async (name, [command, says]) => {
      const args = ['--rm', '--snapshotter', 'native', tagged(name), `test-${name}`, ...command];
      expect(await containerd.ctr('run', ...args)).toContain(says);
    });

    test('hold the program of kube-proxy where the DaemonSet of kubeadm starts it', async () => {
      const config = join(harbor.dir, 'installers/kubeadm/init.yaml');
      const phase = ['init', 'phase', 'addon', 'kube-proxy', '--print-manifest', '--config', config];
      const { stdout } = await run(harbor.binary('kubeadm'), phase);
      expect(stdout).toContain(` image: ${tagged('kube-proxy')}\n`);
      const [, program = ''] = /^ +- (\/\S+\/kube-proxy)$/m.exec(stdout) ?? [];
      const args = ['--rm', '--snapshotter', 'native', tagged('kube-proxy'), 'test-program', program, '--version'];
      expect(await containerd.ctr('run', ...args)).toBe('Kubernetes v1.36.3\n');
    });

    test('start with the program and the user of their configuration', async () => {
      const task = 'test-entrypoint';
      await containerd.ctr('run', '--detach', '--snapshotter', 'native', tagged('pause'), task);
      try {
        const [pid = ''] = /\b\d+\b/.exec(await containerd.ctr('tasks', 'list')) ?? [];
        expect(await readFile(`/proc/${pid}/cmdline`, 'utf8')).toBe('/usr/bin/pause\0');
        expect(await readFile(`/proc/${pid}/status`, 'utf8')).toMatch(/^Uid:\t65535\t65535\t.*\nGid:\t65535\t65535\t/m);
        expect(await readFile(`/proc/${pid}/root/etc/passwd`, 'utf8')).toBe(
          'root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65535:65535:nonroot:/:/sbin/nologin\n',
        );
      } finally {
        await containerd.ctr('tasks', 'delete', '--force', task);
        await containerd.ctr('containers', 'delete', task);
      }
    });
  });
});
