import { describe, expect, test } from 'vitest';
import { cProgram, debian, file, goModule, url } from './declare-source.ts';
import { sourceProblems } from './source-problems.ts';

describe('sourceProblems', () => {
  test.each([
    goModule('example.com/agent', { commands: ['.', './cmd/agentctl'] }),
    cProgram('pause', { module: 'k8s.io/kubernetes', version: 'v1.36.3', files: ['build/pause/linux/pause.c'] }),
    url({ agent: 'https://files.example/v{version}/agent-{arch}' }),
    file('patches/0001.patch'),
    debian('libstdc++6'),
  ])('finds nothing in $kind', (source) => {
    expect(sourceProblems(source)).toEqual([]);
  });

  test.each([
    ['a module with a scheme', goModule('https://example.com/agent', { commands: ['.'] }), 'PROPS_INVALID'],
    ['a module with a version', goModule('example.com/agent@v1', { commands: ['.'] }), 'PROPS_INVALID'],
    ['a module that is a path', goModule('../agent', { commands: ['.'] }), 'PROPS_INVALID'],
    ['a module without a command', goModule('example.com/agent', { commands: [] }), 'PROPS_INVALID'],
    ['a command outside the module', goModule('example.com/agent', { commands: { a: './../a' } }), 'PATH_INVALID'],
    ['a binary with a slash', goModule('example.com/agent', { commands: { 'bin/a': '.' } }), 'NAME_INVALID'],
    ['an address of another scheme', url({ a: 'file:///etc/passwd' }), 'PROPS_INVALID'],
    ['an address with a password', url({ a: 'https://me:secret@files.example/a' }), 'PROPS_INVALID'],
    ['an absolute file', file('/etc/passwd'), 'PATH_INVALID'],
    ['a file outside the app', file('patches/../../x'), 'PATH_INVALID'],
    ['a Debian name with a slash', debian('lib/x'), 'NAME_INVALID'],
    [
      'a C program without a file',
      cProgram('a', { module: 'example.com/a', version: 'v1.0.0', files: [] }),
      'PROPS_INVALID',
    ],
  ])('finds %s', (_what, source, code) => {
    expect(sourceProblems(source)).toContainEqual(expect.objectContaining({ code }));
  });

  test('does not repeat a password', () => {
    expect(JSON.stringify(sourceProblems(url({ a: 'https://me:secret@files.example/a' })))).not.toContain('secret');
  });
});
