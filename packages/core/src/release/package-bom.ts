import { debArchOf } from '../formats/deb/control.ts';
import { debVersionOf } from '../model/deb-version.ts';
import type { Sha256 } from '../model/digest.ts';
import { compareText } from '../model/json.ts';
import { ARCHES } from '../model/arch.ts';
import type { PackageSpec } from '../model/package-spec.ts';
import { rpmVersionOf } from '../model/rpm-version.ts';
import type { PackageStep, PlanDistro } from '../plan/document.ts';
import { isReference } from '../plan/references.ts';
import { isLicenceExpression } from '../supply-chain/licences/licence-expression.ts';
import type { Bom, BomPart } from '../supply-chain/sbom/bom.ts';
import { formatPurl } from '../supply-chain/sbom/purl.ts';
import type { ContentParts, FileParts } from './content-parts.ts';

/** What a package is made of: the files that were built or fetched for it, and what those are made of. */
export async function packageBom(
  step: PackageStep,
  sha256: Sha256,
  distro: PlanDistro,
  contents: ContentParts,
): Promise<Bom> {
  const { spec } = step;
  const licence = isLicenceExpression(spec.license) ? spec.license : undefined;
  const files: FileParts[] = [];
  for (const file of spec.files) {
    if (file.type === 'file' && isReference(file.content)) files.push(await contents.of(file.content, file.path));
  }
  const { version, purl } = identityOf(step, distro.name);
  const subject: BomPart = {
    id: purl,
    kind: step.format,
    name: spec.name,
    version,
    purl,
    sha256,
    ...(licence === undefined ? {} : { licence }),
    supplier: spec.vendor,
    homepage: spec.homepage,
    file: step.file,
    ...(files.length === 0 ? {} : { contains: files.map(([own]) => own.id).sort(compareText) }),
  };
  return { subject, parts: distinctParts(files.flat()), date: distro.date, vendor: distro.vendor };
}

/** Each part once, sorted by its id. */
export function distinctParts(parts: readonly BomPart[]): readonly BomPart[] {
  const byId = new Map(parts.map((part) => [part.id, part]));
  return [...byId.values()].sort((a, b) => compareText(a.id, b.id));
}

/** The version and purl in the words of the package's format. */
function identityOf(
  { spec, format }: PackageStep,
  distro: string,
): { readonly version: string; readonly purl: string } {
  const namespace = distro.toLowerCase();
  if (format === 'deb') {
    const version = debVersionOf(spec);
    const qualifiers = { arch: debArchOf(spec) };
    return { version, purl: formatPurl({ type: 'deb', namespace, name: spec.name, version, qualifiers }) };
  }
  const { epoch, ...parts } = rpmVersionOf(spec);
  const version = `${parts.version}-${parts.release}`;
  const qualifiers = { arch: rpmArchOf(spec), ...(epoch === undefined ? {} : { epoch: String(epoch) }) };
  return { version, purl: formatPurl({ type: 'rpm', namespace, name: spec.name, version, qualifiers }) };
}

function rpmArchOf({ arch }: PackageSpec): string {
  return arch === 'all' ? 'noarch' : ARCHES[arch].rpm;
}
