import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { writeRpm } from '../../packages/core/src/formats/rpm/write-rpm.ts';
import { collect, memorySpool } from '../../packages/core/src/model/bytes.ts';
import { testSpec } from './package-spec.ts';

/** What scripts of packages run in the root; none of them is a stand-in. */
const PROGRAMS = ['dash', 'cat', 'id', 'getent', 'groupadd', 'useradd', 'usermod', 'systemctl'];

/** A fresh directory with a small system in it and its own rpm database, for installing packages as rpm does it. */
export interface RpmRoot {
  readonly dir: string;
  /** A path inside the root, as this machine sees it. */
  path(inside: string): string;
  /** Runs rpm on the root. Returns what it printed, on both streams; an exit code other than 0 is an error. */
  rpm(...args: readonly string[]): string;
  /** Runs a command inside the root by its shell. */
  sh(command: string): string;
  remove(): void;
}

/** Makes a {@link RpmRoot} in which `/bin/sh` and the named packages count as installed. Needs root. */
export async function makeRpmRoot(provides: readonly string[] = []): Promise<RpmRoot> {
  const dir = mkdtempSync(join(tmpdir(), 'distrokit-rpm-root-'));
  layOutRoot(dir);
  for (const program of PROGRAMS) copyProgram(dir, program);
  symlinkSync('dash', join(dir, 'usr/bin/sh'));
  const run = (command: string, args: readonly string[]): string =>
    execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env: rpmEnvironment() });
  const root: RpmRoot = {
    dir,
    path: (inside) => join(dir, inside),
    rpm: (...args) => run('sh', ['-c', 'exec rpm --root "$@" 2>&1', 'rpm', dir, ...args, ...forced(args)]),
    sh: (command) => run('chroot', [dir, '/bin/sh', '-c', `exec 2>&1\n${command}`]),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
  root.rpm('--initdb');
  const base = testSpec({ name: 'base', relations: { provides: ['/bin/sh', ...provides] }, files: [] });
  const file = join(dir, 'tmp/base.rpm');
  writeFileSync(file, await collect(writeRpm(base, { compression: 'zstd', spool: memorySpool }), 1 << 20));
  root.rpm('-i', file);
  return root;
}

/** One locale and one time zone, and nothing of the user's own settings. */
export function rpmEnvironment(): NodeJS.ProcessEnv {
  return { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8', TZ: 'UTC', HOME: '/nonexistent' };
}

/** Debian's rpm refuses to install and to remove unless it is told that this is meant. */
function forced([mode = '']: readonly string[]): readonly string[] {
  return /^-[iUe]/.test(mode) ? ['--force-debian'] : [];
}

function layOutRoot(dir: string): void {
  for (const inside of ['usr/bin', 'usr/sbin', 'usr/lib', 'usr/lib64', 'etc', 'tmp', 'run', 'dev', 'var/lib'])
    mkdirSync(join(dir, inside), { recursive: true });
  for (const link of ['bin', 'sbin', 'lib', 'lib64']) symlinkSync(`usr/${link}`, join(dir, link));
  writeFileSync(join(dir, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\n');
  writeFileSync(join(dir, 'etc/group'), 'root:x:0:\n');
  writeFileSync(join(dir, 'etc/nsswitch.conf'), 'passwd: files\ngroup: files\n');
  execFileSync('mknod', ['-m', '666', join(dir, 'dev/null'), 'c', '1', '3']);
}

/** Copies a program of this machine and the libraries that it loads. */
function copyProgram(dir: string, name: string): void {
  const program = execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8', env: rpmEnvironment() }).trim();
  const libraries = execFileSync('ldd', [program], { encoding: 'utf8' }).matchAll(/(?:=> )?(\/[^ ]+) \(0x/g);
  for (const file of [program, ...[...libraries].map(([, library = '']) => library)]) {
    const inside = join(dir, file);
    if (existsSync(inside)) continue;
    mkdirSync(dirname(inside), { recursive: true });
    copyFileSync(realpathSync(file), inside);
  }
}
