import parse from 'spdx-expression-parse';

/** What an SBOM says of a licence that nobody knows. */
export const NOASSERTION = 'NOASSERTION';

/** True for an SPDX licence expression of listed identifiers. */
export function isLicenceExpression(text: string): boolean {
  try {
    parse(text);
    return true;
  } catch {
    return false;
  }
}

/** All of the licences together, sorted, each once; undefined for none, or when one is no SPDX expression. */
export function licenceExpression(licences: readonly string[]): string | undefined {
  const all = [...new Set(licences)].sort();
  if (all.length === 0 || !all.every(isLicenceExpression)) return undefined;
  if (all.length === 1) return all[0];
  return all.map((licence) => (/ OR /i.test(licence) ? `(${licence})` : licence)).join(' AND ');
}
