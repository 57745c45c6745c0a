import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderKubeadm } from '../../packages/core/src/installers/kubeadm/render.ts';
import { kubeadmSchema } from '../../packages/core/src/installers/kubeadm/schema.ts';
import { KUBEADM_TIMEOUTS, type KubeadmSettings } from '../../packages/core/src/installers/kubeadm/settings.ts';
import { harborRelease, type HarborRelease } from '../support/harbor.ts';
import { requireTools } from '../support/tools.ts';

const kubernetesVersion = '1.36.3';

/** Every setting that does not exclude another. */
const everything: KubeadmSettings = {
  kubernetesVersion,
  clusterName: 'harbor',
  imageRepository: 'registry.harbor.example:5000/kubernetes',
  controlPlaneEndpoint: 'control-plane.harbor.example',
  advertiseAddress: '10.0.0.10',
  bindPort: 8443,
  networking: {
    podSubnet: '10.244.0.0/16,fd00:10:244::/56',
    serviceSubnet: '10.96.0.0/16,fd00:10:96::/112',
    dnsDomain: 'harbor.local',
  },
  apiServer: {
    certSANs: ['control-plane.harbor.example', '*.harbor.example', '10.0.0.10', 'fd00::10'],
    extraArgs: {
      'audit-log-path': '/var/log/kubernetes/audit.log',
      'audit-log-maxage': '30',
      v: '2',
      'feature-gates': ['A=true', 'B=false'],
    },
    extraVolumes: [
      {
        name: 'audit',
        hostPath: '/var/log/kubernetes',
        mountPath: '/var/log/kubernetes',
        readOnly: false,
        pathType: 'DirectoryOrCreate',
      },
    ],
    extraEnvs: { HTTPS_PROXY: 'http://proxy.example:3128', NOT_A_NUMBER: '017' },
  },
  controllerManager: { extraArgs: { 'node-cidr-mask-size-ipv4': '25' } },
  scheduler: { extraArgs: { 'leader-elect': 'true' }, extraEnvs: { TZ: 'UTC' } },
  etcd: {
    local: {
      imageRepository: 'registry.harbor.example:5000/etcd',
      imageTag: '3.6.8-0',
      dataDir: '/data/etcd',
      extraArgs: { 'quota-backend-bytes': '8589934592' },
      extraEnvs: { GOMAXPROCS: '2' },
      serverCertSANs: ['etcd.harbor.example'],
      peerCertSANs: ['10.0.0.10'],
    },
  },
  dns: { imageRepository: 'registry.harbor.example:5000/coredns', imageTag: 'v1.14.2', disabled: false },
  proxy: { mode: 'nftables', fields: { metricsBindAddress: '0.0.0.0:10249', conntrack: { maxPerCore: 0 } } },
  kubelet: {
    cgroupDriver: 'cgroupfs',
    failCgroupV1: false,
    fields: {
      maxPods: 250,
      evictionHard: { 'memory.available': '5%' },
      containerLogMaxSize: '10Mi',
      serverTLSBootstrap: true,
    },
  },
  nodeRegistration: {
    criSocket: 'unix:///run/containerd/containerd.sock',
    kubeletExtraArgs: { 'node-labels': 'harbor.example/role=edge', v: '2' },
    ignorePreflightErrors: ['Swap', 'NumCPU'],
    imagePullPolicy: 'Never',
    imagePullSerial: false,
  },
  taints: { controlPlane: [], worker: [{ key: 'harbor.example/edge', value: 'yes', effect: 'PreferNoSchedule' }] },
  skipPhases: { init: ['addon/kube-proxy'], join: ['preflight'] },
  patches: { directory: '/etc/kubernetes/patches' },
  timeouts: Object.fromEntries(KUBEADM_TIMEOUTS.map((name) => [name, '4m30s'])),
  certificatesDir: '/etc/kubernetes/certificates',
  encryptionAlgorithm: 'ECDSA-P256',
  certificateValidityPeriod: '4380h0m0s',
  caCertificateValidityPeriod: '43800h',
  featureGates: { NodeLocalCRISocket: true },
};

const external: KubeadmSettings = {
  kubernetesVersion,
  etcd: {
    external: {
      endpoints: ['https://10.0.0.1:2379', 'https://etcd.example:2379'],
      caFile: '/etc/etcd/ca.crt',
      certFile: '/etc/etcd/client.crt',
      keyFile: '/etc/etcd/client.key',
    },
  },
};

const OPTION_SETS: Readonly<Record<string, KubeadmSettings>> = {
  'the defaults': { kubernetesVersion },
  'every setting': everything,
  'an external etcd': external,
  'an external etcd without TLS': { kubernetesVersion, etcd: { external: { endpoints: ['http://10.0.0.1:2379'] } } },
  'no DNS and no kube-proxy': { kubernetesVersion, dns: { disabled: true }, proxy: { disabled: true } },
  'IPv6 alone': {
    kubernetesVersion,
    controlPlaneEndpoint: 'fd00::1',
    networking: { podSubnet: 'fd00:10:244::/56', serviceSubnet: 'fd00:10:96::/112' },
  },
  'discovery through an https URL': {
    kubernetesVersion,
    discoveryFile: 'https://control-plane.example/discovery.conf',
  },
};

const run = promisify(execFile);

describe.skipIf(requireTools('go', 'dpkg-deb'))("Harbor's kubeadm", () => {
  let dir: string;
  let harbor: HarborRelease;
  let kubeadm: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'distrokit-kubeadm-'));
    harbor = await harborRelease({ targets: ['debian12'] });
    kubeadm = harbor.binary('kubeadm');
  });
  afterAll(async () => {
    await harbor?.[Symbol.asyncDispose]();
    await rm(dir, { recursive: true, force: true });
  });

  /** What `kubeadm config validate` says of a text; it warns on standard error of what it does not know. */
  async function validate(text: string): Promise<{ stdout: string; stderr: string }> {
    const file = join(dir, 'config.yaml');
    await writeFile(file, text);
    return run(kubeadm, ['config', 'validate', '--config', file]);
  }

  test('is the version the settings name', async () => {
    const { stdout } = await run(kubeadm, ['version', '--output', 'short']);
    expect(stdout.trim()).toBe(`v${kubernetesVersion}`);
  });

  describe.each(Object.entries(OPTION_SETS))('with %s', (_, settings) => {
    test.each(Object.entries(renderKubeadm(kubeadmSchema.parse(settings))))('accepts %s', async (_file, text) => {
      const { stdout, stderr } = await validate(text);
      expect(stdout).toBe('ok\n');
      expect(stderr).not.toMatch(/unknown field|strict decoding|deprecated/);
    });
  });

  test('would refuse a field that it does not know, so the ones above are all known', async () => {
    const text = renderKubeadm({ kubernetesVersion })['init.yaml'] ?? '';
    const misspelt = text.replace('kubernetesVersion:', 'clusterNames: x\nkubernetesVersion:');
    await expect(validate(misspelt)).rejects.toThrow(/unknown field "clusterNames"/);
  });

  test('pulls the images of the settings', async () => {
    const file = join(dir, 'init.yaml');
    await writeFile(file, renderKubeadm(everything)['init.yaml'] ?? '');
    const { stdout } = await run(kubeadm, ['config', 'images', 'list', '--config', file]);
    expect(stdout.trim().split('\n')).toEqual([
      ...['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kube-proxy'].map(
        (name) => `registry.harbor.example:5000/kubernetes/${name}:v${kubernetesVersion}`,
      ),
      'registry.harbor.example:5000/coredns/coredns:v1.14.2',
      'registry.harbor.example:5000/kubernetes/pause:3.10.2',
      'registry.harbor.example:5000/etcd/etcd:3.6.8-0',
    ]);
  });
});
