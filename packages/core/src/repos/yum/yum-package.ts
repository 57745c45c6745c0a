import { createHash } from 'node:crypto';
import { readRpmHeader } from '../../formats/rpm/read-rpm-header.ts';
import type { RpmInfo } from '../../formats/rpm/rpm-info.ts';
import { ARCHES } from '../../model/arch.ts';
import type { ByteSource } from '../../model/bytes.ts';
import type { Sha256 } from '../../model/digest.ts';
import { describeFilelists, describeOther, describePrimary } from './package-xml.ts';

/** All that a repository says of a package, as plain data that can be kept under the package's digest. */
export interface YumPackage {
  readonly name: string;
  readonly epoch: number;
  readonly version: string;
  readonly release: string;
  /** rpm's name of the architecture. */
  readonly arch: string;
  readonly sha256: Sha256;
  /** Bytes of the package file. */
  readonly size: number;
  readonly sourceRpm: string;
  /** Its elements in the three lists. */
  readonly primary: string;
  readonly filelists: string;
  readonly other: string;
}

/** What {@link describeRpm} takes. */
export interface DescribeRpmOptions {
  /** The digest of the file, where it is known. @default computed by reading it once more */
  readonly sha256?: Sha256 | undefined;
}

/**
 * Reads what a repository has to know of an rpm, from its header.
 *
 * @throws FORMAT_INVALID; TEXT_INVALID for a text that XML cannot hold
 */
export async function describeRpm(rpm: ByteSource, options: DescribeRpmOptions = {}): Promise<YumPackage> {
  const info = await readRpmHeader(rpm);
  const { sha256 = await digestOf(rpm) } = options;
  const { name, epoch, version, release, sourceRpm } = info;
  const arch = rpmArch(info);
  const file = { sha256, size: rpm.size, path: poolPath({ name, version, release, arch }), arch };
  return {
    name,
    epoch,
    version,
    release,
    arch,
    sha256,
    size: rpm.size,
    sourceRpm,
    primary: describePrimary(info, file),
    filelists: describeFilelists(info, file),
    other: describeOther(info, file),
  };
}

function rpmArch({ arch }: Pick<RpmInfo, 'arch'>): string {
  return arch === 'all' ? 'noarch' : ARCHES[arch].rpm;
}

/** Where a package's file goes: `Packages/k/kubelet-1.36.3-1.x86_64.rpm`. */
export function poolPath(made: Pick<YumPackage, 'name' | 'version' | 'release' | 'arch'>): string {
  const { name, version, release, arch } = made;
  return `Packages/${name.slice(0, 1).toLowerCase()}/${name}-${version}-${release}.${arch}.rpm`;
}

async function digestOf(rpm: ByteSource): Promise<Sha256> {
  const hash = createHash('sha256');
  for await (const chunk of rpm.read({ reuse: true })) hash.update(chunk);
  return hash.digest('hex');
}
