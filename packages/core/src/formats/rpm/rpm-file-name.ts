import { ARCHES } from '../../model/arch.ts';
import type { PackageSpec } from '../../model/package-spec.ts';
import { formatRpmVersion, rpmVersionOf } from '../../model/rpm-version.ts';

/** rpm's name of a package's architecture. */
export function rpmArchOf({ arch }: Pick<PackageSpec<unknown>, 'arch'>): string {
  return arch === 'all' ? 'noarch' : ARCHES[arch].rpm;
}

/** `name-version-release`, the way rpm names a package. */
export function rpmFullName(spec: Pick<PackageSpec<unknown>, 'name' | 'version' | 'release'>): string {
  return `${spec.name}-${formatRpmVersion(rpmVersionOf({ version: spec.version, release: spec.release }))}`;
}

/**
 * The file name of a package: `kubelet-1.36.3-1.x86_64.rpm`.
 *
 * @throws `VERSION_INVALID`
 */
export function rpmFileName(spec: Pick<PackageSpec<unknown>, 'name' | 'version' | 'release' | 'arch'>): string {
  return `${rpmFullName(spec)}.${rpmArchOf(spec)}.rpm`;
}
