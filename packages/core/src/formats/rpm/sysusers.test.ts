import { describe, expect, test } from 'vitest';
import { parseSysusers } from './sysusers.ts';
import { sysusersPreInstall } from './sysusers-script.ts';

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

describe('sysusersPreInstall', () => {
  test('falls back to the tools of shadow-utils', () => {
    const entries = parseSysusers(['u etcd 52 "It\'s etcd" /var/lib/etcd', 'g kube 1000', 'm etcd kube']);
    expect(sysusersPreInstall(entries, '/usr/lib/sysusers.d/etcd.conf').join('\n')).toBe(
      String.raw`if ! command -v systemd-sysusers >/dev/null 2>&1 ||
    ! systemd-sysusers --replace=/usr/lib/sysusers.d/etcd.conf - <<'END_OF_SYSUSERS'
u etcd 52 "It's etcd" /var/lib/etcd
g kube 1000
m etcd kube
END_OF_SYSUSERS
then
    getent group etcd >/dev/null || groupadd -r -g 52 etcd || :
    getent passwd etcd >/dev/null || useradd -r -g etcd -d /var/lib/etcd -s /sbin/nologin -u 52 -c 'It'\''s etcd' etcd || :
    getent group kube >/dev/null || groupadd -r -g 1000 kube || :
    usermod -a -G kube etcd || :
fi`,
    );
  });
});
