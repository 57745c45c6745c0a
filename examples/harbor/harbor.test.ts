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

  test('runs two replicas of its DNS, from its own registry', () => {
    plan.hasObject({ kind: 'Deployment', name: 'coredns', namespace: 'kube-system' }, { spec: { replicas: 2 } });
    expect(plan.images()).toEqual(['registry.harbor.example/coredns:v1.14.2']);
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
