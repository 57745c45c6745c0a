import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A package in `package-lock.json`, as far as it matters here. */
export interface LockedPackage {
  readonly version?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** The packages of `package-lock.json` by their place. */
export type LockedPackages = Readonly<Record<string, LockedPackage>>;

/** The file. */
export const PACKAGE_LOCK = fileURLToPath(new URL('../package-lock.json', import.meta.url));

const OPERATING_SYSTEMS = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
];
const CPUS = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64'];

/**
 * Entries for the optional packages that a lock mentions and lacks. npm leaves a package out of the lock when its registry
 * does not carry it, as mirrors do with packages for other platforms; `npm ci` then refuses the whole lock. The entry says
 * for which platform the package is, so that npm passes over it on every other one.
 */
export function missingEntries(packages: LockedPackages): Readonly<Record<string, LockedPackage>> {
  const missing: Record<string, LockedPackage> = {};
  for (const { optionalDependencies = {}, dev } of Object.values(packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      const place = `node_modules/${name}`;
      if (packages[place] !== undefined) continue;
      missing[place] = { version, ...platformOf(name), ...(dev === true ? { dev } : {}), optional: true };
    }
  }
  return missing;
}

/** The platform that a package is for, read from its name: `@oxfmt/binding-linux-x64-musl`. */
function platformOf(name: string): Pick<LockedPackage, 'os' | 'cpu' | 'libc'> {
  const words = (name.split('/').at(-1) ?? '').split('-');
  const os = words.find((word) => OPERATING_SYSTEMS.includes(word));
  const cpu = words.find((word) => CPUS.includes(word));
  if (os === undefined || cpu === undefined) throw new Error(`the name ${name} does not say for which platform it is`);
  const libc = os === 'linux' ? words.map(libcOf).find((found) => found !== undefined) : undefined;
  return { cpu: [cpu], ...(libc === undefined ? {} : { libc: [libc] }), os: [os] };
}

function libcOf(word: string): string | undefined {
  if (word.startsWith('gnu')) return 'glibc';
  return word.startsWith('musl') ? 'musl' : undefined;
}

if (import.meta.main) {
  const lock = JSON.parse(readFileSync(PACKAGE_LOCK, 'utf8')) as { readonly packages: LockedPackages };
  const entries = Object.entries({ ...lock.packages, ...missingEntries(lock.packages) });
  // npm's own order.
  const packages = Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(PACKAGE_LOCK, `${JSON.stringify({ ...lock, packages }, undefined, 2)}\n`);
}
