import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { writeRpm } from '../../packages/core/src/formats/rpm/write-rpm.ts';
import { collect, memorySpool } from '../../packages/core/src/model/bytes.ts';
import { type DebianRoot, makeDebianRoot } from './debian-root.ts';
import { testSpec } from './package-spec.ts';
import { rpmEnvironment } from './rpm-root.ts';

/** Where Debian's rpm keeps its database in a root, for a user whose home is `/nonexistent`. */
export const RPM_DATABASE = '/nonexistent';

/** A whole small system with an rpm database, for packages whose scripts and programs need one. */
export interface RpmSystem {
  readonly root: DebianRoot;
  /** Runs rpm on the system. Returns what it printed, on both streams; an exit code other than 0 is an error. */
  rpm(...args: readonly string[]): Promise<string>;
  /** Runs dnf on the system, without a repository: it knows what is installed and the files that it is given. */
  dnf(...args: readonly string[]): Promise<string>;
}

/** What a package for EL needs, under the name that it has in Debian. */
const NAMES: Readonly<Record<string, string>> = {
  glibc: 'libc6',
  iptables: 'iptables',
  'shadow-utils': 'passwd',
  'util-linux': 'util-linux',
};

const run = promisify(execFile);

/**
 * Makes an {@link RpmSystem}. Its base is a Debian root, for EL is not to be had on every machine that runs the tests;
 * `systemd`, the C library and the other programs in it are real. So that rpm knows of them, one package without files
 * provides them by the names that EL has, each in the version that Debian's package has, and nothing else.
 */
export async function makeRpmSystem(): Promise<RpmSystem> {
  const root = await makeDebianRoot(['systemd', ...Object.values(NAMES)]);
  const system: RpmSystem = {
    root,
    async rpm(...args) {
      // Debian's rpm must be told that a package is meant to be installed.
      const options = ['--root', root.dir, ...args];
      if (/^-[iUe]/.test(args[0] ?? '')) options.push('--force-debian');
      const command = ['-c', 'exec rpm "$@" 2>&1', 'rpm', ...options];
      return (await run('sh', command, { env: rpmEnvironment(), maxBuffer: 1 << 26 })).stdout;
    },
    async dnf(...args) {
      const settings = ['reposdir=/nonexistent', 'cachedir=/var/cache/dnf'].map((setting) => `--setopt=${setting}`);
      const options = ['-y', '--installroot', root.dir, '--releasever=9', '--disablerepo=*', ...settings, ...args];
      return (await run('dnf', options, { env: rpmEnvironment(), maxBuffer: 1 << 26 })).stdout;
    },
  };
  await system.rpm('--initdb');
  const provides = Object.entries(NAMES).map(([name, debian]) => `${name} = ${upstreamVersion(root, debian)}`);
  const base = testSpec({ name: 'base', arch: 'all', relations: { provides: ['/bin/sh', ...provides] }, files: [] });
  const bytes = await collect(writeRpm(base, { compression: 'zstd', spool: memorySpool }), 1 << 20);
  writeFileSync(root.path('/tmp/base.rpm'), bytes);
  await system.rpm('-i', root.path('/tmp/base.rpm'));
  return system;
}

/** `2.36` of Debian's `2.36-9+deb12u14`. */
function upstreamVersion(root: DebianRoot, name: string): string {
  const version = root.sh(`dpkg-query -W -f '\${Version}' ${name}`);
  return version.replace(/^\d+:/, '').replace(/[-+].*$/, '');
}
