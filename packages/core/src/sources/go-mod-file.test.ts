import { expect, test } from 'vitest';
import { composeGoMod, type GoModFile } from './go-mod-file.ts';

const directory = (path: string): NonNullable<GoModFile['Replace']>[number] => ({
  Old: { Path: path },
  New: { Path: `./staging/${path}` },
});

test('carries Kubernetes’ staging directories over to the versions published beside it', () => {
  const file = {
    Go: '1.26.0',
    Godebug: [{ Key: 'default', Value: 'go1.26' }],
    Require: [{ Path: 'k8s.io/api', Version: 'v0.0.0' }],
    Replace: [directory('k8s.io/api')],
  };
  expect(composeGoMod([{ path: 'k8s.io/kubernetes', version: 'v1.37.0-rc.1', file }], 'staging').split('\n')).toEqual([
    'module module-set.invalid',
    '',
    'go 1.26.0',
    '',
    'require k8s.io/kubernetes v1.37.0-rc.1',
    'godebug default=go1.26',
    'replace k8s.io/api => k8s.io/api v0.37.0-rc.1',
    '',
  ]);
});

test('does not replace a module that the build starts from, nor carry over a directory that nothing requires', () => {
  const server = {
    Require: [{ Path: 'e.io/api', Version: 'v3.6.8' }],
    Replace: [directory('e.io/api'), directory('e.io')],
  };
  const utl = {
    Go: '1.24',
    Require: [{ Path: 'e.io/server', Version: 'v3.6.8' }],
    Replace: [directory('e.io/server')],
  };
  const roots = [
    { path: 'e.io/server', version: 'v3.6.8', file: server },
    { path: 'e.io/utl', version: 'v3.6.8', file: utl },
  ];
  expect(composeGoMod(roots, 'same')).toContain('replace e.io/api => e.io/api v3.6.8\n');
  expect(composeGoMod(roots, 'same').match(/^replace/gmu)).toHaveLength(1);
});

test('keeps replacements by version, and takes the newest go line', () => {
  const replace = { Old: { Path: 'a.io/x', Version: 'v1.0.0' }, New: { Path: 'b.io/x', Version: 'v1.0.1' } };
  const roots = [
    { path: 'm.io/one', version: 'v1.0.0', file: { Go: '1.9', Replace: [replace] } },
    { path: 'm.io/two', version: 'v1.0.0', file: { Go: '1.26.3' } },
  ];
  const text = composeGoMod(roots, 'same');
  expect(text).toContain('replace a.io/x v1.0.0 => b.io/x v1.0.1\n');
  expect(text).toContain('go 1.26.3\n');
});
