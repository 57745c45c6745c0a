import { describe, expect, test } from 'vitest';
import { cProgram, debian, goModule, url } from '../model/declare-source.ts';
import type { Source } from '../model/source.ts';
import type { Declaration } from './declaration.ts';
import { collectWanted } from './wanted.ts';

const declare = (source: Source, path = 'd/a', arch: Declaration['arch'] = 'amd64'): Declaration => ({
  path,
  source,
  version: '1.36.3',
  arch,
});
const kubernetes = (command: string): Source =>
  goModule('k8s.io/kubernetes', { commands: [`./cmd/${command}`], replaces: 'staging' });

describe('collectWanted', () => {
  test('merges the commands of one module version, and the C program beside them', () => {
    const pause = cProgram('pause', { module: 'k8s.io/kubernetes', version: 'v1.36.3', files: ['pause.c'] });
    const { entries, toolchains } = collectWanted([
      declare(pause, 'd/pause'),
      declare(kubernetes('kubelet'), 'd/kubelet'),
      declare(kubernetes('kubeadm'), 'd/kubeadm'),
      declare(kubernetes('kubeadm'), 'd/kubeadm', 'arm64'),
    ]);
    expect(entries).toEqual([
      {
        key: 'go:k8s.io/kubernetes@v1.36.3',
        kind: 'go-module',
        module: 'k8s.io/kubernetes',
        version: 'v1.36.3',
        packages: ['k8s.io/kubernetes/cmd/kubeadm', 'k8s.io/kubernetes/cmd/kubelet'],
        with: {},
        replaces: 'staging',
        paths: ['d/pause', 'd/kubelet', 'd/kubeadm'],
      },
    ]);
    expect([...toolchains.keys()].sort()).toEqual(['go', 'zig']);
  });

  test('wants the packages of a sysroot for each architecture', () => {
    const source = goModule('example.com/runc', {
      commands: ['.'],
      cgo: { libc: 'gnu.2.34', sysroot: [debian('libseccomp-dev', { suite: 'trixie' })] },
    });
    const { entries } = collectWanted([declare(source), declare(source, 'd/a', 'ppc64le')]);
    expect(entries.map(({ key }) => key)).toEqual([
      'debian:trixie/main/libseccomp-dev:amd64',
      'debian:trixie/main/libseccomp-dev:ppc64el',
      'go:example.com/runc@v1.36.3',
    ]);
  });

  test('leaves out the architectures that a download is not published for', () => {
    const source = url({ a: 'https://files.example/{arch}' }, { arches: ['amd64'] });
    const { entries } = collectWanted([declare(source), declare(source, 'd/a', 's390x')]);
    expect(entries.map(({ key }) => key)).toEqual(['url:https://files.example/amd64']);
  });

  test('reports declarations that contradict each other', () => {
    const withVersion = (version: string): Source =>
      goModule('e.io/m', { commands: ['.'], with: { 'e.io/n': version } });
    const { problems } = collectWanted([declare(withVersion('v1.0.0')), declare(withVersion('v1.0.1'), 'd/b')]);
    expect(problems).toEqual([
      { code: 'VALIDATION', message: 'go:e.io/m@v1.36.3 is declared with two versions of e.io/n', path: 'd/b' },
    ]);
  });
});
