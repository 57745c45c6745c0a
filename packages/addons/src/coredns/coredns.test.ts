import { expectProblem, planOf, type Planned, type PlanView } from '@distrokit/core/testing';
import { describe, expect, test } from 'vitest';
import { CoreDns, type CoreDnsProps } from './coredns.ts';
import { corefile } from './corefile.ts';

/** A distribution with this add-on. */
const withDns =
  (props?: CoreDnsProps): Planned =>
  (distro) => {
    new CoreDns(distro, 'dns', props);
  };

const plan = (props?: CoreDnsProps): Promise<PlanView> => planOf(withDns(props));

describe('CoreDns', () => {
  test('is the version that kubeadm of the kernel expects, built from source', async () => {
    const planned = await plan();
    expect(planned.addOn('dns').version).toBe('1.14.2');
    expect(planned.component('coredns').version).toBe('1.14.2');
    expect(planned.images()).toContain('registry.distrokit.example/coredns:v1.14.2');
  });

  test('runs without root and without a capability, as a critical add-on', async () => {
    const planned = await plan();
    planned.hasObject(
      { kind: 'Deployment', name: 'coredns', namespace: 'kube-system' },
      {
        spec: {
          replicas: 2,
          template: {
            spec: {
              priorityClassName: 'system-cluster-critical',
              serviceAccountName: 'coredns',
              dnsPolicy: 'Default',
              securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
            },
          },
        },
      },
    );
    const pod = JSON.stringify(planned.object('Deployment', 'coredns'));
    expect(pod).toContain('"capabilities":{"drop":["ALL"]}');
    expect(pod).toContain('"readOnlyRootFilesystem":true');
    for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe']) expect(pod).toContain(probe);
  });

  test('may read what it serves and nothing else', async () => {
    const planned = await plan();
    const rules = planned.object('ClusterRole', 'system:coredns')['rules'];
    expect(rules).toEqual([
      { apiGroups: [''], resources: ['namespaces', 'services'], verbs: ['list', 'watch'] },
      { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'watch'] },
    ]);
    planned.hasObject(
      { kind: 'ClusterRoleBinding', name: 'system:coredns' },
      {
        roleRef: { name: 'system:coredns' },
        subjects: [{ kind: 'ServiceAccount', name: 'coredns', namespace: 'kube-system' }],
      },
    );
  });

  test('has a disruption budget when there is more than one', async () => {
    (await plan()).hasObject(
      { kind: 'PodDisruptionBudget', name: 'coredns', namespace: 'kube-system' },
      { spec: { maxUnavailable: 1 } },
    );
    const kinds = (await plan({ replicas: 1 })).objects.map((object) => object['kind']);
    expect(kinds).toEqual([
      'ServiceAccount',
      'ClusterRole',
      'ClusterRoleBinding',
      'ConfigMap',
      'Service',
      'Deployment',
    ]);
  });

  test('is found where the kubelets look for it', async () => {
    const planned = await plan({
      clusterIP: '10.0.0.10',
      clusterDomain: 'harbor.local',
      upstream: ['192.0.2.53', 'tls://192.0.2.54'],
    });
    expect(planned.object('Service', 'kube-dns', 'kube-system')).toMatchObject({ spec: { clusterIP: '10.0.0.10' } });
    expect(planned.object('ConfigMap', 'coredns', 'kube-system')).toMatchObject({
      data: { Corefile: corefile({ clusterDomain: 'harbor.local', upstream: ['192.0.2.53', 'tls://192.0.2.54'] }) },
    });
  });

  test('goes where it is told to', async () => {
    const toleration = { key: 'edge', operator: 'Exists' } as const;
    const planned = await plan({
      nodeSelector: { role: 'dns' },
      tolerations: [toleration],
      resources: { limits: { memory: '1Gi' } },
    });
    const pod = {
      nodeSelector: { role: 'dns' },
      tolerations: [toleration],
      containers: [{ resources: { limits: { memory: '1Gi' } } }],
    };
    expect(planned.object('Deployment', 'coredns')).toMatchObject({ spec: { template: { spec: pod } } });
  });

  test('refuses a kernel that it was not made for', async () => {
    const problem = await expectProblem(
      withDns({ version: '1.14.2' }),
      { code: 'ADDON_KERNEL_RANGE', path: 'test/dns' },
      { kernel: '1.33.1' },
    );
    expect(problem.message).toBe('CoreDns 1.14.2 supports kernels >=1.34.0 <1.37.0, the kernel is 1.33.1');
  });

  test('wants to be told the kernels of a version that it does not know', async () => {
    await expectProblem(withDns({ version: '1.15.0' }), { code: 'SOURCE_VERSION_UNKNOWN', path: 'test/dns' });
    expect((await plan({ version: '1.15.0', kernels: '>=1.36 <1.37' })).addOn('dns').version).toBe('1.15.0');
  });

  test.each<CoreDnsProps>([
    { replicas: 0 },
    { clusterIP: 'dns' },
    { clusterDomain: 'a b' },
    { upstream: ['a {\n}'] },
    { upstream: [] },
  ])('refuses %j', async (props) => {
    expect(await expectProblem(withDns(props), { code: 'PROPS_INVALID' })).toMatchObject({ path: 'test/dns' });
  });
});
