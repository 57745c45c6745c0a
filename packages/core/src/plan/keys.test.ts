import { describe, expect, test } from 'vitest';
import { testFileStep, testPackageStep } from '../../../../test/support/plan.ts';
import { sha256Of } from '../model/digest.ts';
import type { ContentRef } from '../model/package-spec.ts';
import type { BlobId } from '../store/store.ts';
import type { GoBuildStep, ManifestsStep, Step } from './document.ts';
import { stepKey } from './keys.ts';

const inputs =
  (content: string) =>
  (_ref: ContentRef): BlobId => ({ sha256: sha256Of(content), size: content.length });

const build: GoBuildStep = {
  kind: 'go-build',
  id: 'go-build a amd64',
  path: 'harbor/a',
  outputs: ['a'],
  go: '1.26.8',
  arch: 'amd64',
  modules: { module: 'a.example/a', version: 'v1.0.0', sum: 'h1:x', goMod: 'module x\n', goSum: '' },
  commands: { a: 'a.example/a' },
  tags: [],
  variables: {},
  patches: [{ step: 'file p', output: 'file' }],
};
const key = (step: Step, content = 'one'): string => stepKey(step, inputs(content)).key;

describe('stepKey', () => {
  test('is the sha256 of what it is made of, which is canonical JSON', () => {
    const { key: found, keyed } = stepKey(testFileStep('a', 'hello'), inputs(''));
    expect(keyed).toBe(`{"kind":"file","recipe":1,"sha256":"${sha256Of('hello')}","size":5}`);
    expect(found).toBe(sha256Of(keyed));
  });

  test('does not depend on the construct, the id or the place in the release', () => {
    const one = testPackageStep('tool', { '/usr/bin/tool': { step: 'file a', output: 'file' } });
    const other = { ...one, id: 'other', path: 'harbor/other', file: 'packages/amd64/other.deb', component: 'tool' };
    expect(key(other)).toBe(key(one));
    expect(key({ ...build, id: 'other', path: 'harbor/other' })).toBe(key(build));
  });

  test('does not depend on the names of references, only on their bytes', () => {
    const of = (step: string): Step => testPackageStep('tool', { '/usr/bin/tool': { step, output: 'file' } });
    expect(key(of('file b'))).toBe(key(of('file a')));
    expect(key(of('file a'), 'two')).not.toBe(key(of('file a'), 'one'));
    expect(key({ ...build, patches: [] })).not.toBe(key(build));
    expect(key(build, 'two')).not.toBe(key(build, 'one'));
  });

  test.each<[string, Partial<GoBuildStep>]>([
    ['go', { go: '1.26.9' }],
    ['arch', { arch: 'arm64' }],
    ['modules', { modules: { ...build.modules, goSum: 'x' } }],
    ['commands', { commands: { b: 'a.example/a' } }],
    ['tags', { tags: ['x'] }],
    ['variables', { variables: { 'main.version': '1' } }],
    ['cgo', { cgo: { zig: '0.16.0', target: 'x86_64-linux-musl', cflags: [], sysroot: [], ldflags: [] } }],
  ])('depends on %s', (_, change) => {
    expect(key({ ...build, ...change })).not.toBe(key(build));
  });

  test('takes objects that look like references for what they are', () => {
    const of = (step: string): ManifestsStep => ({
      kind: 'manifests',
      id: 'manifests dns',
      path: 'harbor/dns',
      outputs: ['files'],
      directory: 'manifests/dns',
      objects: [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' }, data: { step, output: 'file' } }],
    });
    expect(key(of('a'))).not.toBe(key(of('b')));
  });
});
