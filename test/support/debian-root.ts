import { execFile, execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';

/** A fresh, minimal Debian 12 in a directory, for installing packages as dpkg does it. */
export interface DebianRoot {
  readonly dir: string;
  /** A path inside the root, as this machine sees it. */
  path(inside: string): string;
  /** Copies a file to `/tmp` of the root. Returns its path there. */
  add(file: string): string;
  /** Runs a command inside the root by its shell. Returns what it printed, on both streams; a failure is an error. */
  sh(command: string): string;
  /** Runs the root's own apt-get, which answers its questions itself and keeps edited configuration files. */
  apt(...args: readonly string[]): Promise<string>;
  /** Every path below the root but the ones that any package changes: {@link VOLATILE}. */
  list(): readonly string[];
  remove(): void;
}

/** What changes with every package, whatever it holds: dpkg's and apt's own files, caches, logs and accounts. */
export const VOLATILE: RegExp =
  /^\.\/(?:tmp|proc|sys|dev|var\/(?:lib\/(?:dpkg|apt)|cache|log)|etc\/(?:passwd|shadow|group|gshadow|subuid|subgid)-?)(?:\/|$)/;

/** A /proc of its own, which ends with the command; systemd's tools want one. */
const CONTAINED = ['--mount', '--pid', '--fork', '--mount-proc'];

const ENV = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8', TZ: 'UTC', DEBIAN_FRONTEND: 'noninteractive' };

const run = promisify(execFile);

/**
 * Makes a {@link DebianRoot} from the mirror that this machine's apt uses, with the settings that it uses it with. Needs
 * root and takes half a minute.
 */
export async function makeDebianRoot(packages: readonly string[] = []): Promise<DebianRoot> {
  const dir = mkdtempSync(join(tmpdir(), 'distrokit-debian-root-'));
  const sources = '/etc/apt/sources.list.d/debian.sources';
  const include = packages.length === 0 ? [] : [`--include=${packages.join(',')}`];
  const settings = transferSettings().map((setting) => `--aptopt=${setting}`);
  const options = ['--variant=minbase', '--mode=root', '--quiet', ...include, ...settings];
  try {
    await run('mmdebstrap', [...options, 'bookworm', dir, sources]);
  } catch (error) {
    rmSync(dir, { recursive: true, force: true });
    throw error;
  }
  // Nothing is started in a root that only looks like a machine.
  writeFileSync(join(dir, 'usr/sbin/policy-rc.d'), '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  const inside = (command: string): readonly string[] => [
    ...CONTAINED,
    `--root=${dir}`,
    '/bin/sh',
    '-c',
    `exec 2>&1\n${command}`,
  ];
  const sh = (command: string): string => execFileSync('unshare', inside(command), { encoding: 'utf8', env: ENV });
  return {
    dir,
    sh,
    path: (path) => join(dir, path),
    add(file) {
      copyFileSync(file, join(dir, 'tmp', basename(file)));
      return `/tmp/${basename(file)}`;
    },
    async apt(...args) {
      const quoted = args.map((arg) => `'${arg.replaceAll("'", String.raw`'\''`)}'`).join(' ');
      const command = `apt-get --yes --quiet --no-install-recommends -o Dpkg::Options::=--force-confold ${quoted}`;
      const { stdout } = await run('unshare', inside(command), { env: ENV, maxBuffer: 1 << 26 });
      return stdout;
    },
    list: () =>
      sh('cd / && find . -xdev')
        .split('\n')
        .filter((path) => path !== '' && !VOLATILE.test(path))
        .sort(),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

/** How this machine's apt transfers files (proxies, dates, languages), without the tables of index files. */
function transferSettings(): readonly string[] {
  const dump = execFileSync('apt-config', ['dump'], { encoding: 'utf8' });
  const tables = /^Acquire::(?:IndexTargets|Changelogs|CompressionTypes|cdrom)\b/;
  return dump.split('\n').filter((line) => /^Acquire::\S+ ".+";$/.test(line) && !tables.test(line));
}
