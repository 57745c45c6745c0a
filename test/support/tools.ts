import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Programs that acceptance tests run, each with the Debian package that holds it. `.ci/run` installs the packages. */
const DEBIAN_PACKAGES: Readonly<Record<string, string>> = {
  'apt-ftparchive': 'apt-utils',
  'apt-get': 'apt',
  ar: 'binutils',
  cpio: 'cpio',
  createrepo_c: 'createrepo-c',
  dnf: 'dnf',
  'docker-registry': 'docker-registry',
  dpkg: 'dpkg',
  'dpkg-deb': 'dpkg',
  'dpkg-scanpackages': 'dpkg-dev',
  file: 'file',
  getcap: 'libcap2-bin',
  git: 'git',
  gpg: 'gnupg',
  gpgv: 'gpgv',
  gzip: 'gzip',
  lintian: 'lintian',
  mmdebstrap: 'mmdebstrap',
  mount: 'mount',
  openssl: 'openssl',
  readelf: 'binutils',
  rpm: 'rpm',
  rpm2cpio: 'rpm2cpio',
  rpmbuild: 'rpm',
  rpmkeys: 'rpm',
  rpmlint: 'rpmlint',
  rpmsign: 'rpm',
  setpriv: 'util-linux',
  sqv: 'sqv',
  skopeo: 'skopeo',
  strace: 'strace',
  systemctl: 'systemd',
  tar: 'tar',
  unshare: 'util-linux',
  useradd: 'passwd',
  xz: 'xz-utils',
  zstd: 'zstd',
};

/** Programs that no Debian package holds in the version that is needed. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  go: 'Go, from https://go.dev/dl',
};

/**
 * True when one of `programs` is not on PATH, for `describe.skipIf(requireTools('rpm', 'cpio'))`. With the environment
 * variable `DISTROKIT_REQUIRE_TOOLS=1`, as `.ci/run` sets it, a missing program is an error instead: nothing is skipped
 * unseen.
 *
 * @throws Error that names the missing programs and what to install; Error for a program that no table here knows.
 */
export function requireTools(...programs: readonly string[]): boolean {
  const missing = programs.filter((program) => {
    sourceOf(program);
    return !isOnPath(program);
  });
  if (missing.length > 0 && process.env['DISTROKIT_REQUIRE_TOOLS'] === '1') {
    const install = [...new Set(missing.map(sourceOf))].join(' ');
    throw new Error(`programs that the tests need are missing: ${missing.join(' ')} (install: ${install})`);
  }
  return missing.length > 0;
}

/** The Debian packages that hold every program of the table, sorted. */
export function debianPackages(): readonly string[] {
  return [...new Set(Object.values(DEBIAN_PACKAGES))].sort();
}

function sourceOf(program: string): string {
  const source = DEBIAN_PACKAGES[program] ?? ELSEWHERE[program];
  if (source === undefined) throw new Error(`add ${program} and its Debian package to test/support/tools.ts`);
  return source;
}

function isOnPath(program: string): boolean {
  const dirs = (process.env['PATH'] ?? '').split(delimiter).filter((dir) => dir !== '');
  return dirs.some((dir) => {
    try {
      accessSync(join(dir, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

// `node test/support/tools.ts --debian-packages` prints one package a line.
if (import.meta.main && process.argv[2] === '--debian-packages') {
  process.stdout.write(`${debianPackages().join('\n')}\n`);
}
