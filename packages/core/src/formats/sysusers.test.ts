import { describe, expect, test } from 'vitest';
import { parseSysusers } from './sysusers.ts';

describe('parseSysusers', () => {
  test('reads users, groups and memberships', () => {
    const lines = [
      '# comment',
      '',
      'u node-agent - "Node agent" /var/lib/node-agent /bin/sh',
      'u! etcd 52:53',
      'u web /usr/bin/web -',
      'g kube 1000',
      'm node-agent kube',
      'r - 500-900',
    ];
    expect(parseSysusers(lines)).toEqual([
      {
        type: 'user',
        line: lines[2],
        name: 'node-agent',
        description: 'Node agent',
        home: '/var/lib/node-agent',
        shell: '/bin/sh',
      },
      { type: 'user', line: lines[3], name: 'etcd', id: '52', group: '53' },
      { type: 'user', line: lines[4], name: 'web' },
      { type: 'group', line: lines[5], name: 'kube', id: '1000' },
      { type: 'member', line: lines[6], name: 'node-agent', group: 'kube' },
    ]);
  });

  test.each(['x a', 'u', 'u A -', 'u a - "b', 'u a - b c d e', 'm a', 'm a B', 'u a - "x\ny"', 'g a - b', 'u a;b'])(
    'refuses %j',
    (line) => {
      expect(() => parseSysusers([line])).toThrow(expect.objectContaining({ code: 'TEXT_INVALID' }));
    },
  );
});
