import type { PackageFile } from '../../model/package-spec.ts';
import { parentsOf } from '../package-path.ts';

/**
 * Directories that every system has, or that belong to the program that reads them. All others that a package needs are
 * its own.
 */
const SHARED: ReadonlySet<string> = new Set(
  [
    '/boot /dev /home /media /mnt /opt /proc /root /run /srv /sys /tmp',
    '/etc /etc/bash_completion.d /etc/cron.d /etc/default /etc/init.d /etc/logrotate.d /etc/modprobe.d',
    '/etc/modules-load.d /etc/NetworkManager /etc/NetworkManager/conf.d /etc/opt /etc/pam.d /etc/pki /etc/pki/rpm-gpg',
    '/etc/profile.d /etc/rsyslog.d /etc/security /etc/security/limits.d /etc/selinux /etc/skel /etc/ssl /etc/ssl/certs',
    '/etc/sudoers.d /etc/sysconfig /etc/sysctl.d /etc/systemd /etc/systemd/system /etc/systemd/user /etc/sysusers.d',
    '/etc/tmpfiles.d /etc/udev /etc/udev/rules.d /etc/yum.repos.d',
    '/usr /usr/bin /usr/include /usr/lib /usr/lib64 /usr/libexec /usr/local /usr/sbin /usr/share /usr/src',
    '/usr/lib/firmware /usr/lib/modprobe.d /usr/lib/modules /usr/lib/modules-load.d /usr/lib/sysctl.d /usr/lib/systemd',
    '/usr/lib/systemd/system /usr/lib/systemd/system-preset /usr/lib/systemd/user /usr/lib/sysusers.d',
    '/usr/lib/tmpfiles.d /usr/lib/udev /usr/lib/udev/rules.d /usr/lib/firewalld /usr/lib/firewalld/services',
    '/usr/local/bin /usr/local/lib /usr/local/sbin /usr/local/share',
    '/usr/share/applications /usr/share/bash-completion /usr/share/bash-completion/completions /usr/share/dbus-1',
    '/usr/share/dbus-1/system.d /usr/share/doc /usr/share/fish /usr/share/fish/vendor_completions.d /usr/share/info',
    '/usr/share/licenses /usr/share/locale /usr/share/man /usr/share/man/man1 /usr/share/man/man5 /usr/share/man/man7',
    '/usr/share/man/man8 /usr/share/polkit-1 /usr/share/polkit-1/rules.d /usr/share/selinux',
    '/usr/share/zsh /usr/share/zsh/site-functions',
    '/var /var/cache /var/lib /var/log /var/opt /var/run /var/spool /var/tmp',
  ].flatMap((line) => line.split(' ')),
);

/**
 * The directories above a package's files that are its own and that it does not declare. The package owns them, so that
 * removing it removes them too; rpm lets several packages own the same directory.
 */
export function ownDirectories(files: readonly PackageFile<unknown>[]): readonly PackageFile<never>[] {
  const declared = new Set(files.map(({ path }) => path));
  const parents = new Set(files.flatMap(({ path }) => parentsOf(path)));
  return [...parents]
    .filter((path) => !declared.has(path) && !SHARED.has(path))
    .map((path) => ({ type: 'directory', path, mode: 0o755, owner: 'root', group: 'root' }));
}
