import { describe, expect, test } from 'vitest';
import type { CBuildStep, DebianStep, GoBuildStep, LayerStep } from './document.ts';
import { licenceSteps } from './licence-steps.ts';

const modules = { module: 'example.com/agent', version: 'v1.0.0', sum: `h1:${'A'.repeat(43)}=`, goMod: '', goSum: '' };

const goBuild = (arch: 'amd64' | 'arm64', path = 'harbor/agent'): GoBuildStep => ({
  kind: 'go-build',
  id: `go-build ${arch}`,
  path,
  outputs: ['agent', 'tool'],
  go: '1.26.8',
  arch,
  modules,
  commands: {},
  tags: [],
  variables: {},
  patches: [],
});

const cBuild: CBuildStep = {
  kind: 'c-build',
  id: 'c-build',
  path: 'harbor/pause',
  outputs: ['pause'],
  go: '1.26.8',
  arch: 'amd64',
  modules,
  files: [],
  compiler: { zig: '0.16.0', target: 'x86_64-linux-musl', cflags: [] },
  patches: [],
};

const debian = (name: string, path: string): DebianStep => ({
  kind: 'debian',
  id: `debian ${name}`,
  path,
  outputs: ['file'],
  package: name,
  version: '1.0-1',
  arch: 'amd64',
  suite: 'bookworm',
  component: 'main',
  filename: `pool/${name}.deb`,
  sha256: '0'.repeat(64),
  size: 1,
});

describe('the steps that find licences', () => {
  test('are one for each module, whatever is built of it for whichever architecture', () => {
    expect(licenceSteps([goBuild('amd64'), goBuild('arm64'), cBuild])).toEqual([
      {
        kind: 'go-licences',
        id: 'go-licences example.com/agent@v1.0.0',
        path: 'harbor',
        outputs: ['licences'],
        module: 'example.com/agent',
        version: 'v1.0.0',
        programs: [
          { step: 'go-build amd64', output: 'agent' },
          { step: 'go-build amd64', output: 'tool' },
          { step: 'go-build arm64', output: 'agent' },
          { step: 'go-build arm64', output: 'tool' },
        ],
      },
    ]);
  });

  test('are one for the Debian packages that are in images, and none for the others', () => {
    const layer: LayerStep = {
      kind: 'layer',
      id: 'layer',
      path: 'harbor/agent',
      outputs: ['layer', 'about'],
      compression: 'gzip',
      packages: [
        { step: 'debian libc6', output: 'file' },
        { step: 'debian tzdata', output: 'file' },
      ],
      entries: [],
      date: 0,
    };
    const debs = [debian('libc6', 'harbor/a'), debian('tzdata', 'harbor/b'), debian('other', 'harbor/c')];
    expect(licenceSteps([...debs, layer])).toMatchObject([
      { id: 'debian-licences', path: 'harbor', packages: [{ name: 'libc6' }, { name: 'tzdata' }] },
    ]);
    expect(licenceSteps(debs)).toEqual([]);
  });

  test('are none for a plan that builds nothing', () => {
    expect(licenceSteps([])).toEqual([]);
  });
});
