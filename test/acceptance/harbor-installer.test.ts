import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { harborRelease, type HarborRelease } from '../support/harbor.ts';
import { requireTools } from '../support/tools.ts';

const run = promisify(execFile);

describe.skipIf(requireTools('go', 'dpkg-deb'))("Harbor's installer files", () => {
  let harbor: HarborRelease;
  let kubeadm: string;
  let work: string;
  beforeAll(async () => {
    work = await mkdtemp(join(tmpdir(), 'distrokit-installer-'));
    harbor = await harborRelease({ targets: ['debian12'] });
    kubeadm = harbor.binary('kubeadm');
  });
  afterAll(async () => {
    await harbor?.[Symbol.asyncDispose]();
    await rm(work, { recursive: true, force: true });
  });

  const files = ['init.yaml', 'join-control-plane.yaml', 'join.yaml'];
  const installed = (name: string): string => join(harbor.dir, 'installers/kubeadm', name);

  test('are all in the release', () => {
    const listed = harbor.release.installers.flatMap((installer) => installer.files);
    const patched = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'];
    expect(listed.map((file) => basename(file))).toEqual([
      ...files,
      ...patched.map((name) => `${name}-image+strategic.yaml`),
    ]);
  });

  test.each(files)("the release's own kubeadm accepts %s", async (name) => {
    const { stdout, stderr } = await run(kubeadm, ['config', 'validate', '--config', installed(name)]);
    expect({ stdout, stderr }).toEqual({ stdout: 'ok\n', stderr: '' });
  });

  test.each(files)("the release's own kubeadm would refuse an unknown field in %s", async (name) => {
    const file = join(work, name);
    const text = await readFile(installed(name), 'utf8');
    await writeFile(file, text.replace(/^kind: (Init|Join)Configuration$/m, '$&\nnodeRegistrations: {}'));
    await expect(run(kubeadm, ['config', 'validate', '--config', file])).rejects.toThrow(
      /unknown field "nodeRegistrations"/,
    );
  });

  test("name the images of the release's own components, in its registry", async () => {
    const { stdout } = await run(kubeadm, ['config', 'images', 'list', '--config', installed('init.yaml')]);
    const { kernel, components } = harbor.release;
    const version = (name: string): string => components.find((component) => component.name === name)?.version ?? '';
    const kube = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kube-proxy'];
    // CoreDNS is an add-on of the distribution, not kubeadm's.
    expect(stdout.trimEnd().split('\n')).toEqual([
      ...kube.map((name) => `registry.harbor.example/${name}:v${kernel.version}`),
      `registry.harbor.example/pause:${version('pause')}`,
      `registry.harbor.example/etcd:${version('etcd')}-0`,
    ]);
    expect([kernel.version, version('pause'), version('etcd')]).toEqual(['1.36.3', '3.10.2', '3.6.8']);
  });

  test('ask for the pod image that the container runtime keeps', async () => {
    const { stdout } = await run(kubeadm, ['config', 'images', 'list', '--config', installed('init.yaml')]);
    const tagged = stdout.split('\n').find((image) => image.includes('/pause:'));
    const built = harbor.release.images.find(({ name }) => name === 'pause');
    const unpacked = join(work, 'containerd');
    await run('dpkg-deb', ['--extract', harbor.packages('deb').get('containerd') ?? '', unpacked]);
    const config = await readFile(join(unpacked, 'etc/containerd/config.toml'), 'utf8');
    expect(config).toContain(`sandbox = "${tagged}@${built?.digest}"\n`);
  });
});
