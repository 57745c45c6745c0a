import { expectProblem, planOf } from '@distrokit/core/testing';
import { describe, expect, test } from 'vitest';
import { Kubeadm } from '../kubeadm/kubeadm.ts';
import { KubeProxy, type KubeProxyProps } from './kube-proxy.ts';

const controlPlaneEndpoint = 'control-plane.example:6443';

describe('KubeProxy', () => {
  test("runs the kernel's own on every node, by digest", async () => {
    const plan = await planOf((distro) => void new KubeProxy(distro, 'proxy', { controlPlaneEndpoint }));
    expect(plan.images()).toContain('registry.distrokit.example/kube-proxy:v1.36.3');
    expect(plan.addOn('proxy')).toMatchObject({ version: '1.36.3', kernels: '>=1.36.0-0 <1.37.0-0' });
    plan.hasObject(
      { kind: 'DaemonSet', name: 'kube-proxy', namespace: 'kube-system' },
      { spec: { template: { spec: { hostNetwork: true, priorityClassName: 'system-node-critical' } } } },
    );
    const manifests = plan.plan.steps.find((step) => step.kind === 'manifests');
    expect(Object.values(manifests?.images ?? {})).toEqual([
      { step: 'image-index kube-proxy:v1.36.3', output: 'index' },
    ]);
  });

  test('asks the API server itself, not through the Service that it serves', async () => {
    const props = { controlPlaneEndpoint, mode: 'nftables', clusterCidr: '10.244.0.0/16,fd00:1::/56' } as const;
    const plan = await planOf((distro) => void new KubeProxy(distro, 'proxy', props));
    const { data } = plan.object('ConfigMap', 'kube-proxy', 'kube-system') as { data: Record<string, string> };
    expect(JSON.parse(data['config.conf'] ?? '')).toEqual({
      apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
      kind: 'KubeProxyConfiguration',
      mode: 'nftables',
      clusterCIDR: '10.244.0.0/16,fd00:1::/56',
      clientConnection: { kubeconfig: '/var/lib/kube-proxy/kubeconfig.conf' },
    });
    expect(data['kubeconfig.conf']).toContain(`"server": "https://${controlPlaneEndpoint}"`);
  });

  test('leaves nothing of it to kubeadm', async () => {
    const plan = await planOf((distro) => {
      new KubeProxy(distro, 'proxy', { controlPlaneEndpoint });
      new Kubeadm(distro, 'kubeadm');
    });
    const installer = plan.plan.steps.find((step) => step.kind === 'installer');
    expect(installer?.settings).toMatchObject({ proxy: { disabled: true } });
  });

  test.each<Partial<KubeProxyProps>>([
    { controlPlaneEndpoint: 'https://control-plane.example' },
    { controlPlaneEndpoint: 'control-plane.example' },
    { mode: 'userspace' as never },
    { clusterCidr: '10.0.0.0' },
  ])('refuses %j', async (wrong) => {
    const props = { controlPlaneEndpoint, ...wrong };
    const planned = expectProblem((distro) => void new KubeProxy(distro, 'proxy', props), { code: 'PROPS_INVALID' });
    expect(await planned).toMatchObject({ path: 'test/proxy' });
  });
});
