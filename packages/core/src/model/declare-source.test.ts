import { describe, expect, test } from 'vitest';
import { cProgram, debian, file, goModule, url } from './declare-source.ts';
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

  test.each(['https://example.com/agent', 'example.com/agent@v1', '../agent', ''])(
    'refuses the module %j',
    (module) => {
      expect(() => goModule(module, { commands: ['.'] })).toThrow(expect.objectContaining({ code: 'PROPS_INVALID' }));
    },
  );

  test('refuses a directory outside the module', () => {
    expect(() => goModule('example.com/agent', { commands: ['./../other'] })).toThrow(
      expect.objectContaining({ code: 'PATH_INVALID' }),
    );
  });
});

test.each([
  ['an address of another scheme', () => url({ a: 'file:///etc/passwd' }), 'PROPS_INVALID'],
  ['an address with a password', () => url({ a: 'https://me:secret@files.example/a' }), 'PROPS_INVALID'],
  ['an absolute file', () => file('/etc/passwd'), 'PATH_INVALID'],
  ['a file outside the app', () => file('patches/../../x'), 'PATH_INVALID'],
  ['a Debian name with a slash', () => debian('lib/x'), 'NAME_INVALID'],
  [
    'a C program without a file',
    () => cProgram('a', { module: 'example.com/a', version: 'v1.0.0', files: [] }),
    'PROPS_INVALID',
  ],
])('refuses %s', (_what, declare, code) => {
  expect(declare).toThrow(expect.objectContaining({ code }));
});

test('an error about a password does not repeat it', () => {
  expect(() => url({ a: 'https://me:secret@files.example/a' })).toThrow(/^((?!secret).)*$/u);
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
