/** A package format. */
export type PackageFormat = 'deb' | 'rpm';

/** A compression that package payloads use. */
export type Compression = 'gzip' | 'zstd';

/** What packages for one operating system release must look like. */
export interface Target {
  readonly format: PackageFormat;
  /** The best compression that every package tool of this target reads. */
  readonly compression: Compression;
}

/**
 * The operating systems a release can be made for. zstd members in a deb need dpkg 1.21.18 (Debian 12) or Ubuntu's own
 * dpkg of 21.10; zstd payloads in an rpm need rpm 4.14 with zstd, which RHEL has from 9 on.
 */
export const TARGETS = {
  debian11: { format: 'deb', compression: 'gzip' },
  debian12: { format: 'deb', compression: 'zstd' },
  debian13: { format: 'deb', compression: 'zstd' },
  ubuntu2204: { format: 'deb', compression: 'zstd' },
  ubuntu2404: { format: 'deb', compression: 'zstd' },
  ubuntu2604: { format: 'deb', compression: 'zstd' },
  el8: { format: 'rpm', compression: 'gzip' },
  el9: { format: 'rpm', compression: 'zstd' },
  el10: { format: 'rpm', compression: 'zstd' },
  fedora: { format: 'rpm', compression: 'zstd' },
} as const;

/** The name of a supported target. */
export type TargetName = keyof typeof TARGETS;

/** The supported target names, sorted. */
export const TARGET_NAMES: readonly TargetName[] = Object.keys(TARGETS).sort() as TargetName[];

/**
 * The formats that a set of targets needs, each with a compression that all of its targets read: one package serves
 * every target of its format, so one old target moves all of them to gzip.
 */
export function formatsOf(targets: readonly TargetName[]): ReadonlyMap<PackageFormat, Compression> {
  const formats = new Map<PackageFormat, Compression>();
  for (const name of TARGET_NAMES) {
    if (!targets.includes(name)) continue;
    const { format, compression } = TARGETS[name];
    formats.set(format, formats.get(format) === 'gzip' ? 'gzip' : compression);
  }
  return formats;
}
