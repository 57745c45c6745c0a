import { describe, expect, test } from 'vitest';
import { parseSysusers } from '../sysusers.ts';
import { sysusersPreInstall } from './sysusers-script.ts';

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
