import { describe, expect, test } from 'vitest';
import { parseManifests } from '../../manifests/parse.ts';
import type { JsonObject } from '../../model/json.ts';
import { PLACEHOLDERS } from './node.ts';
import { renderKubeadm } from './render.ts';
import type { KubeadmSettings } from './settings.ts';

const minimal: KubeadmSettings = { kubernetesVersion: '1.36.3' };

/** The document of a kind in one of the files. */
function document(settings: Partial<KubeadmSettings>, kind: string, file = 'init.yaml'): JsonObject | undefined {
  const text = renderKubeadm({ ...minimal, ...settings })[file] ?? '';
  return parseManifests(text, { file }).find(({ object }) => object['kind'] === kind)?.object;
}

describe('renderKubeadm', () => {
  test('writes what kubeadm needs to know and nothing else', () => {
    expect(renderKubeadm(minimal)).toEqual({
      'init.yaml': `# The first control-plane node: kubeadm init --config init.yaml --upload-certs
# kubeadm makes the bootstrap token and the certificate key, and prints them.
apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: v1.36.3
---
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
cgroupDriver: systemd
---
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: iptables
`,
      'join-control-plane.yaml': `# A further control-plane node: kubeadm join --config join-control-plane.yaml
# First fill in token, apiServerEndpoint and caCertHashes, as this prints them on a control-plane node:
#   kubeadm token create --print-join-command
# and certificateKey, as this prints it there (leave the line out where the certificates are copied by hand):
#   kubeadm init phase upload-certs --upload-certs
apiVersion: kubeadm.k8s.io/v1beta4
kind: JoinConfiguration
controlPlane:
  certificateKey: "${'0'.repeat(64)}"
discovery:
  bootstrapToken:
    apiServerEndpoint: control-plane.invalid:6443
    caCertHashes:
    - sha256:${'0'.repeat(64)}
    token: placeh.olderplaceholder
`,
      'join.yaml': `# A node: kubeadm join --config join.yaml
# First fill in token, apiServerEndpoint and caCertHashes, as this prints them on a control-plane node:
#   kubeadm token create --print-join-command
apiVersion: kubeadm.k8s.io/v1beta4
kind: JoinConfiguration
discovery:
  bootstrapToken:
    apiServerEndpoint: control-plane.invalid:6443
    caCertHashes:
    - sha256:${'0'.repeat(64)}
    token: placeh.olderplaceholder
`,
    });
  });

  test('does not depend on the order of flags and variables, but keeps that of a repeated flag', () => {
    const one = {
      scheduler: { extraArgs: { v: '2', 'feature-gates': ['B=true', 'A=true'] }, extraEnvs: { Z: '1', A: '2' } },
    };
    const other = {
      scheduler: { extraEnvs: { A: '2', Z: '1' }, extraArgs: { 'feature-gates': ['B=true', 'A=true'], v: '2' } },
    };
    expect(renderKubeadm({ ...minimal, ...other })).toEqual(renderKubeadm({ ...minimal, ...one }));
    expect(document(one, 'ClusterConfiguration')?.['scheduler']).toEqual({
      extraArgs: [
        { name: 'feature-gates', value: 'B=true' },
        { name: 'feature-gates', value: 'A=true' },
        { name: 'v', value: '2' },
      ],
      extraEnvs: [
        { name: 'A', value: '2' },
        { name: 'Z', value: '1' },
      ],
    });
  });

  test('puts images, etcd and DNS where kubeadm looks for them', () => {
    const settings: Partial<KubeadmSettings> = {
      imageRepository: 'registry.example/kubernetes',
      etcd: {
        local: {
          imageRepository: 'registry.example/etcd',
          imageTag: '3.6.8-0',
          extraArgs: { 'quota-backend-bytes': '8589934592' },
        },
      },
      dns: { imageTag: 'v1.14.2' },
      proxy: { disabled: true },
    };
    expect(document(settings, 'ClusterConfiguration')).toEqual({
      apiVersion: 'kubeadm.k8s.io/v1beta4',
      kind: 'ClusterConfiguration',
      kubernetesVersion: 'v1.36.3',
      imageRepository: 'registry.example/kubernetes',
      etcd: {
        local: {
          imageRepository: 'registry.example/etcd',
          imageTag: '3.6.8-0',
          extraArgs: [{ name: 'quota-backend-bytes', value: '8589934592' }],
        },
      },
      dns: { imageTag: 'v1.14.2' },
      proxy: { disabled: true },
    });
    expect(document(settings, 'KubeProxyConfiguration')).toBeUndefined();
  });

  test('registers nodes by their role', () => {
    const settings: Partial<KubeadmSettings> = {
      nodeRegistration: { criSocket: 'unix:///run/containerd/containerd.sock', kubeletExtraArgs: { v: '2' } },
      taints: { controlPlane: [], worker: [{ key: 'edge', effect: 'NoSchedule' }] },
      skipPhases: { init: ['addon/coredns'], join: ['preflight'] },
    };
    const common = {
      criSocket: 'unix:///run/containerd/containerd.sock',
      kubeletExtraArgs: [{ name: 'v', value: '2' }],
    };
    expect(document(settings, 'InitConfiguration')).toMatchObject({
      nodeRegistration: { ...common, taints: [] },
      skipPhases: ['addon/coredns'],
    });
    expect(document(settings, 'JoinConfiguration', 'join-control-plane.yaml')).toMatchObject({
      nodeRegistration: { ...common, taints: [] },
    });
    expect(document(settings, 'JoinConfiguration', 'join.yaml')).toMatchObject({
      nodeRegistration: { ...common, taints: [{ key: 'edge', effect: 'NoSchedule' }] },
      skipPhases: ['preflight'],
    });
  });

  test.each([
    ['cp.example', undefined, 'cp.example:6443'],
    ['cp.example', 8443, 'cp.example:8443'],
    ['cp.example:443', 8443, 'cp.example:443'],
    ['10.0.0.1', undefined, '10.0.0.1:6443'],
    ['fd00::1', undefined, '[fd00::1]:6443'],
    ['[fd00::1]', undefined, '[fd00::1]:6443'],
    ['[fd00::1]:443', undefined, '[fd00::1]:443'],
  ])('lets nodes join at %s with port %s through %s', (controlPlaneEndpoint, bindPort, apiServerEndpoint) => {
    const settings = { controlPlaneEndpoint, ...(bindPort === undefined ? {} : { bindPort }) };
    expect(document(settings, 'JoinConfiguration', 'join.yaml')).toMatchObject({
      discovery: { bootstrapToken: { apiServerEndpoint } },
    });
  });

  test('asks for nothing to be filled in where a kubeconfig tells joining nodes the way', () => {
    const text = renderKubeadm({ ...minimal, discoveryFile: '/etc/kubernetes/discovery.conf' })['join.yaml'] ?? '';
    expect(text).toContain('kubeConfigPath: /etc/kubernetes/discovery.conf');
    expect(text).not.toContain('fill in');
    for (const placeholder of Object.values(PLACEHOLDERS)) expect(text).not.toContain(placeholder);
  });

  describe('with images of static pods', () => {
    const image = `registry.example/etcd:3.6.8-0@sha256:${'a'.repeat(64)}`;
    const settings: KubeadmSettings = { ...minimal, staticPodImages: { etcd: image } };

    test('writes a patch for each, and tells control-plane nodes where they are', () => {
      const files = renderKubeadm(settings);
      expect(files['patches/etcd-image+strategic.yaml']).toBe(
        `spec:\n  containers:\n  - name: etcd\n    image: ${image}\n`,
      );
      expect(Object.keys(files).filter((name) => name.startsWith('patches/'))).toHaveLength(1);
      const patches = { directory: '/etc/kubernetes/patches' };
      expect(document(settings, 'InitConfiguration')).toMatchObject({ patches });
      expect(document(settings, 'JoinConfiguration', 'join-control-plane.yaml')).toMatchObject({ patches });
      // A node without a control plane has no static pods: kubeadm would miss the directory.
      expect(document(settings, 'JoinConfiguration', 'join.yaml')).not.toHaveProperty('patches');
      for (const name of ['init.yaml', 'join-control-plane.yaml']) {
        expect(files[name]).toContain('# Copy the files of patches/ to /etc/kubernetes/patches before:');
      }
      expect(files['join.yaml']).not.toContain('patches');
    });

    test('leaves the directory to the operator who has one', () => {
      const own = { ...settings, patches: { directory: '/srv/patches' } };
      expect(document(own, 'InitConfiguration')).toMatchObject({ patches: { directory: '/srv/patches' } });
      expect(document(own, 'JoinConfiguration', 'join.yaml')).toMatchObject({ patches: { directory: '/srv/patches' } });
      expect(renderKubeadm(own)['init.yaml']).toContain('# Copy the files of patches/ to /srv/patches before:');
    });
  });

  test('passes further fields of the kubelet and kube-proxy on', () => {
    const settings: Partial<KubeadmSettings> = {
      kubelet: {
        cgroupDriver: 'cgroupfs',
        failCgroupV1: false,
        fields: { maxPods: 250, evictionHard: { 'memory.available': '5%' } },
      },
      proxy: { mode: 'nftables', fields: { nftables: { masqueradeAll: true } } },
    };
    expect(document(settings, 'KubeletConfiguration')).toMatchObject({
      cgroupDriver: 'cgroupfs',
      failCgroupV1: false,
      maxPods: 250,
      evictionHard: { 'memory.available': '5%' },
    });
    expect(document(settings, 'KubeProxyConfiguration')).toMatchObject({
      mode: 'nftables',
      nftables: { masqueradeAll: true },
    });
  });
});
