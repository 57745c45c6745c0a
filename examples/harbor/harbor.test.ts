import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { App } from '@distrokit/core';
import { expectProblem, planOf, type PlanView } from '@distrokit/core/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import app from './distro.ts';
import { Harbor } from './harbor.ts';

/** What every node gets. */
const NODE_PACKAGES = ['containerd', 'kubeadm', 'kubectl', 'kubelet', 'kubernetes-cni', 'runc'];

describe('harbor', () => {
  let plan: PlanView;
  beforeAll(async () => {
    plan = await planOf(app, { appDir: import.meta.dirname });
  });

  test('is what its snapshot says', () => {
    expect(plan.snapshot()).toMatchSnapshot();
  });

  test.each(NODE_PACKAGES)('packages %s for both families and architectures', (name) => {
    for (const format of ['deb', 'rpm'] as const) {
      for (const arch of ['amd64', 'arm64'] as const) plan.hasPackage(name, { format, arch });
    }
  });

  test('lets administrators change the kubelet where their family looks for it', () => {
    const expected = { mode: 0o644, config: true, content: 'KUBELET_EXTRA_ARGS=\n' };
    plan.hasFile('kubelet', '/etc/default/kubelet', { ...expected, in: { format: 'deb' } });
    plan.hasFile('kubelet', '/etc/sysconfig/kubelet', { ...expected, in: { format: 'rpm' } });
  });

  test('runs two replicas of its DNS', () => {
    plan.hasObject({ kind: 'Deployment', name: 'coredns', namespace: 'kube-system' }, { spec: { replicas: 2 } });
  });

  test('builds the images that kubeadm expects, and names them by digest', () => {
    const names = ['coredns:v1.14.2', 'etcd:3.6.8-0', 'kube-apiserver:v1.36.3', 'kube-controller-manager:v1.36.3'];
    const expected = [...names, 'kube-proxy:v1.36.3', 'kube-scheduler:v1.36.3', 'pause:3.10.2'];
    expect(plan.images()).toEqual(expected.map((name) => `registry.harbor.example/${name}`));
    const named = plan.plan.steps.flatMap(({ path, images = {} }) =>
      Object.values(images).map((ref) => `${path}: ${ref.step}`),
    );
    expect([...new Set(named)].sort()).toEqual([
      'harbor/dns: image-index coredns:v1.14.2',
      'harbor/kubeadm: image-index etcd:3.6.8-0',
      'harbor/kubeadm: image-index kube-apiserver:v1.36.3',
      'harbor/kubeadm: image-index kube-controller-manager:v1.36.3',
      'harbor/kubeadm: image-index kube-scheduler:v1.36.3',
      'harbor/runtime/containerd/package: image-index pause:3.10.2',
    ]);
  });

  test('leaves DNS to the add-on when kubeadm sets the cluster up', () => {
    const installer = plan.plan.steps.find((step) => step.kind === 'installer');
    expect(installer).toMatchObject({ settings: { kubernetesVersion: '1.36.3', dns: { disabled: true } } });
  });
});

describe('a variant of harbor', () => {
  test('for other architectures needs no more than their names', async () => {
    const variant = new App();
    new Harbor(variant, 'harbor-power', { arches: ['ppc64le', 's390x'] });
    const plan = await planOf(variant);

    plan.hasPackage('runc', { arch: 'ppc64le', format: 'deb' });
    plan.hasPackage('kubelet', { arch: 's390x', format: 'rpm' });
  });

  test('for an architecture that nobody makes is refused', async () => {
    const variant = new App();
    new Harbor(variant, 'harbor-vax', { arches: ['vax' as never] });

    await expectProblem(variant, { code: 'ARCH_UNSUPPORTED', path: 'harbor-vax/vax' });
  });
});

test('the lock names no mirror and no machine', async () => {
  const lock = await readFile(join(import.meta.dirname, 'distro.lock.json'), 'utf8');
  expect(lock).not.toMatch(/https?:\/\//);
});
