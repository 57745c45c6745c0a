import type { Json, JsonObject } from '../../model/json.ts';
import type { Bom, BomPart, BomPartKind } from './bom.ts';
import { contentUuid } from './content-uuid.ts';

/** The media type of a CycloneDX document as JSON. */
export const CYCLONEDX_TYPE = 'application/vnd.cyclonedx+json';

const TYPES: Readonly<Record<BomPartKind, string>> = {
  release: 'platform',
  deb: 'application',
  rpm: 'application',
  image: 'container',
  program: 'application',
  file: 'file',
  module: 'library',
};

/**
 * A CycloneDX 1.6 document. Its serial number comes from its content, its time is the release date: equal contents make
 * equal documents.
 *
 * @see https://cyclonedx.org/docs/1.6/json/
 */
export function cycloneDx(bom: Bom): JsonObject {
  const { subject, parts, date, vendor } = bom;
  const supplier = { name: vendor.name, url: [vendor.url] };
  const content = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      timestamp: date,
      lifecycles: [{ phase: 'build' }],
      tools: { components: [{ type: 'application', name: 'distrokit' }] },
      component: componentOf(subject),
      supplier,
    },
    components: parts.map(componentOf),
    dependencies: [subject, ...parts].flatMap(dependencyOf),
  };
  return { serialNumber: `urn:uuid:${contentUuid(content)}`, ...content };
}

function componentOf(part: BomPart): JsonObject {
  const { id, kind, name, version, purl, sha256, licence, supplier, file } = part;
  const references = referencesOf(part);
  return {
    type: TYPES[kind],
    'bom-ref': id,
    name,
    version,
    purl,
    supplier: supplier === undefined ? undefined : { name: supplier },
    hashes: sha256 === undefined ? undefined : [{ alg: 'SHA-256', content: sha256 }],
    licenses: licence === undefined ? undefined : [licenceOf(licence)],
    externalReferences: references.length === 0 ? undefined : references,
    evidence: file === undefined ? undefined : { occurrences: [{ location: file }] },
  };
}

/** A single listed licence is named by its identifier, which more readers know what to do with than an expression. */
function licenceOf(expression: string): JsonObject {
  const isListed = /^[A-Za-z0-9.-]+$/.test(expression) && !expression.startsWith('LicenseRef-');
  return isListed ? { license: { id: expression } } : { expression };
}

function referencesOf({ homepage, document }: BomPart): readonly JsonObject[] {
  return [
    ...(homepage === undefined ? [] : [{ type: 'website', url: homepage }]),
    ...(document === undefined ? [] : [{ type: 'bom', url: bomLink(document.serialNumber) }]),
  ];
}

/** @see https://cyclonedx.org/capabilities/bomlink/ */
function bomLink(serialNumber: string): string {
  return `${serialNumber.replace('urn:uuid:', 'urn:cdx:')}/1`;
}

function dependencyOf({ id, contains = [], dependsOn = [] }: BomPart): readonly JsonObject[] {
  const on = [...new Set([...contains, ...dependsOn])].sort();
  return on.length === 0 ? [] : [{ ref: id, dependsOn: on satisfies Json }];
}
