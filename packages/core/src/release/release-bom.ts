import { compareText } from '../model/json.ts';
import type { PlanDistro } from '../plan/document.ts';
import type { Bom, BomPart, BomReference } from '../supply-chain/sbom/bom.ts';
import { formatPurl } from '../supply-chain/sbom/purl.ts';

/** What a release is made of: its packages and images, each with the documents of its own. */
export function releaseBom(
  distro: PlanDistro,
  boms: readonly { readonly bom: Bom; readonly document: BomReference }[],
): Bom {
  const { name, version, vendor, date } = distro;
  const purl = formatPurl({ type: 'generic', name: name.toLowerCase(), version });
  const parts = boms
    .map(({ bom, document }): BomPart => {
      // What it contains is told by its own document.
      const { contains: _contains, ...part } = bom.subject;
      return { ...part, document };
    })
    .sort((a, b) => compareText(a.id, b.id));
  const subject: BomPart = {
    id: purl,
    kind: 'release',
    name,
    version,
    purl,
    supplier: vendor.name,
    homepage: vendor.url,
    ...(parts.length === 0 ? {} : { contains: parts.map(({ id }) => id) }),
  };
  return { subject, parts, date, vendor };
}
