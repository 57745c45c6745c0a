import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

/** A fresh, minimal Debian 12 in a directory, for installing packages as dpkg does it. */
export interface DebianRoot {
  readonly dir: string;
  /** A path inside the root, as this machine sees it. */
  path(inside: string): string;
  /** Copies a file to `/tmp` of the root. Returns its path there. */
  add(file: string): string;
  /** Runs a command inside the root by its shell. Returns what it printed, on both streams; a failure is an error. */
  sh(command: string): string;
  /** Every path below the root but the ones that any package changes: dpkg's and apt's own files, logs, accounts. */
  list(): readonly string[];
  remove(): void;
}

/** What changes with every package, whatever it holds. */
const VOLATILE =
  /^\.\/(?:tmp|proc|sys|dev|var\/(?:lib\/(?:dpkg|apt)|cache|log)|etc\/(?:passwd|shadow|group|gshadow|subuid|subgid)-?)(?:\/|$)/;

/** A /proc of its own, which ends with the command; systemd's tools want one. */
const CONTAINED = ['--mount', '--pid', '--fork', '--mount-proc'];

/** Makes a {@link DebianRoot} from the mirror that this machine's apt uses. Needs root and takes half a minute. */
export function makeDebianRoot(packages: readonly string[]): DebianRoot {
  const dir = mkdtempSync(join(tmpdir(), 'distrokit-debian-root-'));
  const sources = '/etc/apt/sources.list.d/debian.sources';
  const options = ['--variant=minbase', '--mode=root', `--include=${packages.join(',')}`, '--quiet'];
  try {
    execFileSync('mmdebstrap', [...options, 'bookworm', dir, sources], { stdio: ['ignore', 'ignore', 'inherit'] });
  } catch (error) {
    rmSync(dir, { recursive: true, force: true });
    throw error;
  }
  const sh = (command: string): string =>
    execFileSync('unshare', [...CONTAINED, `--root=${dir}`, '/bin/sh', '-c', `exec 2>&1\n${command}`], {
      encoding: 'utf8',
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8', TZ: 'UTC', DEBIAN_FRONTEND: 'noninteractive' },
    });
  return {
    dir,
    sh,
    path: (inside) => join(dir, inside),
    add(file) {
      copyFileSync(file, join(dir, 'tmp', basename(file)));
      return `/tmp/${basename(file)}`;
    },
    list: () =>
      sh('cd / && find . -xdev')
        .split('\n')
        .filter((path) => path !== '' && !VOLATILE.test(path))
        .sort(),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}
