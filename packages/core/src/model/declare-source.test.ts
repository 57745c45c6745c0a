import { describe, expect, test } from 'vitest';
import { goModule } from './declare-source.ts';
import { kubernetes } from './kubernetes-source.ts';

describe('goModule', () => {
  test('names each binary like its directory', () => {
    const source = goModule('example.com/agent/v2', { commands: ['.', './cmd/agentctl'] });
    expect(source.commands).toEqual({ agent: 'example.com/agent/v2', agentctl: 'example.com/agent/v2/cmd/agentctl' });
  });

  test('takes names and import paths of further modules', () => {
    const commands = { etcd: '.', etcdctl: 'go.etcd.io/etcd/etcdctl/v3' };
    expect(goModule('go.etcd.io/etcd/server/v3', { commands }).commands).toEqual({
      etcd: 'go.etcd.io/etcd/server/v3',
      etcdctl: 'go.etcd.io/etcd/etcdctl/v3',
    });
  });
});

describe('kubernetes', () => {
  test('builds a component with upstream’s version variables', () => {
    expect(kubernetes.fromGoModule()('kubelet', '1.36.3')).toMatchObject({
      module: 'k8s.io/kubernetes',
      commands: { kubelet: 'k8s.io/kubernetes/cmd/kubelet' },
      replaces: 'staging',
      variables: {
        'k8s.io/component-base/version.gitMinor': '36',
        'k8s.io/client-go/pkg/version.gitVersion': 'v{version}',
      },
    });
  });

  test('downloads a component from a base address', () => {
    expect(kubernetes.fromUpstream({ baseUrl: 'https://mirror.example/k8s/' })('kubectl', '1.36.3')).toMatchObject({
      files: { kubectl: 'https://mirror.example/k8s/v{version}/bin/linux/{arch}/kubectl' },
      sha256From: '{url}.sha256',
    });
  });
});
