import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../model/json.ts';
import { checkInstaller, INSTALLER_NAMES, renderInstaller } from './render.ts';

const version = { kubernetesVersion: '1.36.3' };
const messages = (settings: JsonObject): string[] =>
  checkInstaller('kubeadm', { ...version, ...settings }).map(({ message }) => message);

describe('checkInstaller', () => {
  test('takes settings that can be rendered', () => {
    expect(messages({})).toEqual([]);
    expect(
      messages({ networking: { podSubnet: '10.244.0.0/16,fd00:1::/56' }, controlPlaneEndpoint: '[fd00::1]:6443' }),
    ).toEqual([]);
    expect(messages({ apiServer: { certSANs: ['*.example.com', '10.0.0.1', 'fd00::1', 'a.example'] } })).toEqual([]);
  });

  test('reports every problem at once, with its setting and value', () => {
    const problems = checkInstaller('kubeadm', {
      kubernetesVersion: 'v1.36',
      networking: { podSubnet: '10/8', podCidr: '10.0.0.0/8' },
      apiServer: { extraArgs: { '--v': '2' } },
      token: 'abcdef.0123456789abcdef',
    });
    expect(problems.map(({ code, message }) => `${code} ${message}`)).toEqual([
      'INSTALLER_INVALID kubeadm: kubernetesVersion ("v1.36"): must be a version such as 1.36.3, without a leading v',
      'INSTALLER_INVALID kubeadm: networking.podSubnet ("10/8"): must be a subnet such as 10.244.0.0/16, or one of IPv4 and one of IPv6 separated by a comma',
      'INSTALLER_INVALID kubeadm has no setting networking.podCidr',
      'INSTALLER_INVALID kubeadm: apiServer.extraArgs.--v ("2"): must be a flag without leading dashes',
      'INSTALLER_INVALID kubeadm has no setting token',
    ]);
  });

  test.each<[JsonObject, string]>([
    [{ kubernetesVersion: '1.30.9' }, 'must be at least 1.31.0'],
    [{ networking: { podSubnet: '10.0.0.0/8,10.1.0.0/16' } }, 'must be a subnet'],
    [{ networking: { dnsDomain: 'Cluster.Local' } }, 'must be a DNS name'],
    [{ controlPlaneEndpoint: 'https://cp.example' }, 'must be host, host:port'],
    [{ controlPlaneEndpoint: 'cp.example:99999' }, 'must be host, host:port'],
    [{ imageRepository: 'https://registry.example' }, 'must be an image repository'],
    [{ etcd: {} }, 'must hold one of local and external'],
    [{ etcd: { local: {}, external: { endpoints: ['https://a:2379'] } } }, 'must hold one of local and external'],
    [{ etcd: { local: { imageTag: 'a b' } } }, 'must be an image tag'],
    [{ etcd: { local: { dataDir: '/var/../etc' } } }, 'must be an absolute path'],
    [
      { etcd: { external: { endpoints: ['https://a:2379'], caFile: '/c', certFile: '/a' } } },
      'certFile and keyFile go together',
    ],
    [{ etcd: { external: { endpoints: ['http://a:2379'], caFile: '/a' } } }, 'endpoints must be https'],
    [{ patches: { directory: 'patches' } }, 'must be an absolute path'],
    [{ staticPodImages: { etcd: 'etcd 3.6' } }, 'must be an image reference'],
    [{ staticPodImages: { kubelet: 'registry.example/kubelet:1' } }, 'kubeadm has no setting staticPodImages.kubelet'],
    [{ timeouts: { discovery: '5 minutes' } }, 'must be a Go duration'],
    [{ kubelet: { fields: { cgroupDriver: 'systemd' } } }, 'they are set elsewhere'],
    [{ nodeRegistration: { criSocket: '/run/containerd.sock' } }, 'must be a socket'],
    [{ apiServer: { extraArgs: { v: 'a\nb' } } }, 'must be one line'],
  ])('refuses %j', (settings, reason) => {
    expect(messages(settings)).toEqual([expect.stringContaining(reason)]);
  });

  test('does not show the value of an environment variable', () => {
    expect(messages({ scheduler: { extraEnvs: { PASSWORD: 'se\ncret' } } })).toEqual([
      'kubeadm: scheduler.extraEnvs.PASSWORD: must be one line without control characters',
    ]);
  });

  test.each(['kubedam', 'toString', ''])('knows no installer %j', (name) => {
    expect(checkInstaller(name, version)).toEqual([
      { code: 'INSTALLER_INVALID', message: `there is no installer ${JSON.stringify(name)}`, hint: 'known: kubeadm' },
    ]);
    expect(() => renderInstaller(name, version)).toThrow(expect.objectContaining({ code: 'INSTALLER_INVALID' }));
  });
});

describe('renderInstaller', () => {
  test('renders every installer it names', () => {
    expect(INSTALLER_NAMES).toEqual(['kubeadm']);
    expect(Object.keys(renderInstaller('kubeadm', version))).toEqual([
      'init.yaml',
      'join-control-plane.yaml',
      'join.yaml',
    ]);
  });

  test('throws every problem', () => {
    expect(() => renderInstaller('kubeadm', { kubernetesVersion: 'x', extra: 1 })).toThrow(
      expect.objectContaining({ problems: [expect.anything(), expect.anything()] }),
    );
  });
});
