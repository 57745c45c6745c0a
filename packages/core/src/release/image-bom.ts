import type { ArchName } from '../model/arch.ts';
import type { Sha256 } from '../model/digest.ts';
import { compareText } from '../model/json.ts';
import type { ContentRef } from '../model/package-spec.ts';
import type { PlanDistro } from '../plan/document.ts';
import type { Bom, BomPart } from '../supply-chain/sbom/bom.ts';
import { formatPurl } from '../supply-chain/sbom/purl.ts';
import type { ContentParts, FileParts } from './content-parts.ts';
import { distinctParts } from './package-bom.ts';

/** One platform of an image of the release. */
export interface ImagePlatform {
  /** The last part of its repository, such as `coredns`. */
  readonly name: string;
  /** Where it is pushed to, without a tag: `registry.harbor.example/coredns`. */
  readonly repository: string;
  readonly tag: string;
  readonly arch: ArchName;
  /** Of its manifest. */
  readonly sha256: Sha256;
  /** The construct that made it. */
  readonly path: string;
  /** The step that made it. */
  readonly step: string;
  /** Files that other steps made. */
  readonly files: readonly { readonly path: string; readonly content: ContentRef }[];
  /** Debian packages that are installed in it. */
  readonly packages: readonly InstalledPackage[];
}

/** A Debian package in an image. */
export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  /** Debian's name of it, or `all`. */
  readonly arch: string;
  /** Such as `bookworm`. */
  readonly suite: string;
  /** Of the `.deb` file. */
  readonly sha256?: Sha256;
  /** The SPDX expression that its copyright file amounts to, where that is known. */
  readonly licence?: string;
}

/** What one platform of an image is made of. */
export async function imageBom(image: ImagePlatform, distro: PlanDistro, contents: ContentParts): Promise<Bom> {
  const files: FileParts[] = [];
  for (const { path, content } of image.files) files.push(await contents.of(content, path));
  const packages = image.packages.map(installedPart);
  const { name, repository, tag, arch, sha256 } = image;
  const qualifiers = { repository_url: repository, tag, arch };
  const purl = formatPurl({ type: 'oci', name: name.toLowerCase(), version: `sha256:${sha256}`, qualifiers });
  const contained = [...files.map(([own]) => own.id), ...packages.map(({ id }) => id)];
  const subject: BomPart = {
    id: purl,
    kind: 'image',
    name: repository,
    version: tag,
    purl,
    sha256,
    supplier: distro.vendor.name,
    ...(contained.length === 0 ? {} : { contains: contained.sort(compareText) }),
  };
  const parts = distinctParts([...files.flat(), ...packages]);
  return { subject, parts, date: distro.date, vendor: distro.vendor };
}

function installedPart({ name, version, arch, suite, sha256, licence }: InstalledPackage): BomPart {
  const purl = formatPurl({ type: 'deb', namespace: 'debian', name, version, qualifiers: { arch, distro: suite } });
  return {
    id: purl,
    kind: 'deb',
    name,
    version,
    purl,
    supplier: 'Debian',
    ...(sha256 === undefined ? {} : { sha256 }),
    ...(licence === undefined ? {} : { licence }),
  };
}
