import type { ArchName } from './arch.ts';
import type { Sha256 } from './digest.ts';

/**
 * A declared source: where a component's bytes come from, as plain data. Declaring does no I/O; `lock` resolves what
 * is outside the program and pins it.
 */
export type Source = GoModuleSource | CSource | UrlSource | FileSource | DebianSource | DebianClosureSource;

/** Binaries built from a Go module. Made by {@link goModule}. */
export interface GoModuleSource {
  readonly kind: 'go-module';
  /** The module's path, such as `go.etcd.io/etcd/server/v3`. */
  readonly module: string;
  /** The module version, such as `v3.6.8`; the component's version with a `v` in front when absent. */
  readonly version?: string;
  /** Packages to build by the name of the binary each becomes: `{ etcd: 'go.etcd.io/etcd/server/v3' }`. */
  readonly commands: Readonly<Record<string, string>>;
  /**
   * Further modules that the build needs at a version of its own, by path: etcd's server and etcdctl go together.
   * `{version}` in a version is replaced with the component's.
   */
  readonly with?: Readonly<Record<string, string>>;
  /**
   * How `replace` directives of the module, which Go ignores in a dependency, are carried over. `staging` maps each
   * directory replacement to the published module of the same path: `v0.<minor>.<patch>` of a module `v1.<minor>.<patch>`,
   * as Kubernetes publishes its own. `same` maps it, where the module requires it, to the module's own version. Version
   * replacements are always kept.
   * @default 'same'
   */
  readonly replaces?: 'staging' | 'same';
  /** Go build tags. @default [] */
  readonly tags?: readonly string[];
  /**
   * Link-time string variables, `importpath.name` to value; `{version}` is replaced with the component's version.
   */
  readonly variables?: Readonly<Record<string, string>>;
  /** Built with cgo and the pinned Zig as C compiler; without it `CGO_ENABLED=0`. */
  readonly cgo?: CgoOptions;
}

/** How C is compiled and linked. */
export interface CgoOptions {
  /** The C library. `gnu.2.34` links dynamically to glibc ≥ 2.34, `musl` makes a static binary. */
  readonly libc: `gnu.${string}` | 'musl';
  /** Debian packages whose headers and static libraries the build sees, for the architecture that is built. */
  readonly sysroot?: readonly DebianSource[];
  /** Arguments for the compiler. @default [] */
  readonly cflags?: readonly string[];
  /** Arguments for the linker, such as `-lseccomp`. @default [] */
  readonly ldflags?: readonly string[];
}

/** One C program compiled with the pinned Zig, from files of a Go module. Made by {@link cProgram}. */
export interface CSource {
  readonly kind: 'c-program';
  /** The binary's name. */
  readonly name: string;
  /** The Go module that holds the files. */
  readonly module: string;
  readonly version: string;
  /** Paths of the C files inside the module. */
  readonly files: readonly string[];
  readonly libc: `gnu.${string}` | 'musl';
  readonly cflags: readonly string[];
}

/** Files downloaded by http or https. Made by {@link url}. */
export interface UrlSource {
  readonly kind: 'url';
  /** The files by the name each gets; `{version}` and `{arch}` in an address are replaced. */
  readonly files: Readonly<Record<string, string>>;
  /** The architectures that are published. */
  readonly arches: readonly ArchName[];
  /** Where upstream publishes each file's sha256, such as `{url}.sha256`; checked when locking. */
  readonly sha256From?: string;
  /** Members to take out of a downloaded archive, by the name each gets; the download itself when absent. */
  readonly extract?: Readonly<Record<string, string>>;
}

/** A file beside the program. Made by {@link file}. */
export interface FileSource {
  readonly kind: 'file';
  /** Relative to the directory of the app's `distro.ts`. */
  readonly path: string;
}

/** A package of a signed Debian suite. Made by {@link debian}. */
export interface DebianSource {
  readonly kind: 'debian';
  /** The binary package's name. */
  readonly package: string;
  /** The suite, such as `trixie`; the one that the machine's apt is configured for when absent. */
  readonly suite?: string;
  /** The archive component. @default 'main' */
  readonly component?: string;
  /** The mirror's base address; the one that the machine's apt uses when absent. */
  readonly mirror?: string;
  /** Path of the keyring that signs the mirror's suites; apt's own Debian keyring when absent. */
  readonly keyring?: string;
  /** Files to take out of the package, by the name each gets: `{ iptables: '/usr/sbin/xtables-nft-multi' }`. */
  readonly files?: Readonly<Record<string, string>>;
}

/**
 * Debian packages with everything that they depend on, all from one suite, so that they fit each other: what a layer of
 * an image is made of. An {@link Image} makes it of the packages among its layers.
 */
export interface DebianClosureSource {
  readonly kind: 'debian-closure';
  /** The packages that are asked for, sorted. */
  readonly packages: readonly string[];
  /** As in {@link DebianSource}. */
  readonly suite?: string;
  readonly component?: string;
  readonly mirror?: string;
  readonly keyring?: string;
}

/** The lock's answer for a {@link GoModuleSource} or {@link CSource}: one module set, shared by all commands of a module version. */
export interface LockedGoModule {
  readonly kind: 'go-module';
  readonly module: string;
  readonly version: string;
  /** Import paths that the module set was tidied for, sorted. */
  readonly packages: readonly string[];
  /** The further modules asked for, by path. */
  readonly with: Readonly<Record<string, string>>;
  readonly replaces: 'staging' | 'same';
  /** The module's own checksum, `h1:…`. */
  readonly sum: string;
  /** The lines of the go.mod that the build uses. */
  readonly goMod: readonly string[];
  /** The lines of its go.sum. */
  readonly goSum: readonly string[];
}

/** The lock's answer for one file of a {@link UrlSource}. */
export interface LockedUrl {
  readonly kind: 'url';
  readonly url: string;
  readonly sha256: Sha256;
  readonly size: number;
}

/** The lock's answer for a {@link DebianSource} and one architecture. */
export interface LockedDebian {
  readonly kind: 'debian';
  readonly package: string;
  readonly version: string;
  readonly arch: string;
  readonly suite: string;
  readonly component: string;
  /** Named by the source only; never the machine's own mirror. */
  readonly mirror?: string;
  /** Named by the source only. */
  readonly keyring?: string;
  /** The path below the mirror, such as `pool/main/libs/libseccomp/libseccomp-dev_2.6.0-2_amd64.deb`. */
  readonly filename: string;
  readonly sha256: Sha256;
  readonly size: number;
}

/** The lock's answer for a {@link DebianClosureSource} and one architecture. */
export interface LockedDebianClosure {
  readonly kind: 'debian-closure';
  /** Everything that has to be unpacked, sorted by name. */
  readonly packages: readonly LockedDebian[];
}

/** One entry of the lock. */
export type LockedSource = LockedGoModule | LockedUrl | LockedDebian | LockedDebianClosure;

/** The lock's key for a Go module: `go:<module>@<version>`. */
export function goModuleKey(module: string, version: string): string {
  return `go:${module}@${version}`;
}

/** The lock's key for a download: `url:<address>`. */
export function urlKey(address: string): string {
  return `url:${address}`;
}

/** The lock's key for a Debian package: `debian:<suite or ->/<component>/<package>:<debian arch>[@mirror]`. */
export function debianKey(source: DebianSource, debArch: string): string {
  const where = `${source.suite ?? '-'}/${source.component ?? 'main'}`;
  const mirror = source.mirror === undefined ? '' : `@${source.mirror}`;
  return `debian:${where}/${source.package}:${debArch}${mirror}`;
}

/** The lock's key for packages with their dependencies: `debian-closure:<suite or ->/<component>/<package>,…:<debian arch>[@mirror]`. */
export function debianClosureKey(source: DebianClosureSource, debArch: string): string {
  const { packages, ...where } = source;
  return debianKey({ ...where, kind: 'debian', package: packages.join(',') }, debArch).replace(
    /^debian:/u,
    'debian-closure:',
  );
}
