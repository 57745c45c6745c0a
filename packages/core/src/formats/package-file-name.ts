import type { PackageSpec } from '../model/package-spec.ts';
import type { PackageFormat } from '../model/target.ts';
import { debFileName } from './deb/control.ts';
import { rpmFileName } from './rpm/rpm-file-name.ts';

/** The file name that the tools of the family give a package: `kubelet_1.36.3-1_amd64.deb`, `kubelet-1.36.3-1.x86_64.rpm`. */
export function packageFileName(
  spec: Pick<PackageSpec<unknown>, 'name' | 'version' | 'release' | 'arch'>,
  format: PackageFormat,
): string {
  return format === 'deb' ? debFileName(spec) : rpmFileName(spec);
}
