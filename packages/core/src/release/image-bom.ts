import { compareText } from '../model/json.ts';
import type { PlanDistro } from '../plan/document.ts';
import type { Bom, BomPart } from '../supply-chain/sbom/bom.ts';
import { formatPurl } from '../supply-chain/sbom/purl.ts';
import type { ContentParts, FileParts } from './content-parts.ts';
import type { ImagePlatform } from './image-platforms.ts';
import { distinctParts } from './package-bom.ts';

/** What one platform of an image is made of: Debian packages, and files that were built or fetched for it. */
export async function imageBom(image: ImagePlatform, distro: PlanDistro, contents: ContentParts): Promise<Bom> {
  const files: FileParts[] = [];
  for (const { path, content } of image.files) files.push(await contents.of(content, path));
  const packages = image.packages.map((deb) => contents.debian(deb));
  const { repository, tag, arch, sha256 } = image;
  const name = repository.slice(repository.lastIndexOf('/') + 1);
  const qualifiers = { repository_url: repository, tag, arch };
  const purl = formatPurl({ type: 'oci', name, version: `sha256:${sha256}`, qualifiers });
  const contained = [...files.map(([own]) => own), ...packages].map(({ id }) => id);
  const subject: BomPart = {
    id: purl,
    kind: 'image',
    name: repository,
    version: tag,
    purl,
    sha256,
    supplier: distro.vendor.name,
    ...(contained.length === 0 ? {} : { contains: [...new Set(contained)].sort(compareText) }),
  };
  const parts = distinctParts([...files.flat(), ...packages]);
  return { subject, parts, date: distro.date, vendor: distro.vendor };
}
