import { sha256Of } from '../../model/digest.ts';
import type { JsonObject } from '../../model/json.ts';
import { NOASSERTION } from '../licences/licence-expression.ts';
import type { Bom, BomPart, BomPartKind } from './bom.ts';
import { contentUuid } from './content-uuid.ts';

/** The media type of an SPDX document as JSON. */
export const SPDX_TYPE = 'application/spdx+json';

const DOCUMENT_ID = 'SPDXRef-DOCUMENT';

const PURPOSES: Readonly<Record<BomPartKind, string>> = {
  release: 'OTHER',
  deb: 'INSTALL',
  rpm: 'INSTALL',
  image: 'CONTAINER',
  program: 'APPLICATION',
  file: 'FILE',
  module: 'LIBRARY',
};

/**
 * An SPDX 2.3 document. Its namespace comes from its content, its time is the release date: equal contents make equal
 * documents. Programs and files are packages in it, since SPDX asks for a SHA-1 of what it calls files.
 *
 * @see https://spdx.github.io/spdx-spec/v2.3/
 */
export function spdx(bom: Bom): JsonObject {
  const { subject, parts, date, vendor } = bom;
  const all = [subject, ...parts];
  const ids = new Map(all.map((part) => [part.id, spdxId(part)]));
  const name = [subject.name, subject.version].filter((text) => text !== undefined).join('-');
  const content = {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: DOCUMENT_ID,
    name,
    creationInfo: { created: date, creators: [`Organization: ${vendor.name}`, 'Tool: distrokit'] },
    packages: all.map((part) => packageOf(part, spdxId(part))),
    relationships: [
      relationship(DOCUMENT_ID, 'DESCRIBES', spdxId(subject)),
      ...all.flatMap((part) => relationshipsOf(part, ids)),
    ],
    ...optional('externalDocumentRefs', all.flatMap(documentOf)),
    ...optional('hasExtractedLicensingInfos', ownLicences(all)),
  };
  const base = `${vendor.url.replace(/\/+$/, '')}/spdx/${encodeURIComponent(name)}`;
  return { documentNamespace: `${base}-${contentUuid(content)}`, ...content };
}

function packageOf(part: BomPart, id: string): JsonObject {
  const { name, version, purl, sha256, licence = NOASSERTION, supplier, homepage, file, kind } = part;
  return {
    SPDXID: id,
    name,
    versionInfo: version,
    packageFileName: file,
    supplier: supplier === undefined ? NOASSERTION : `Organization: ${supplier}`,
    downloadLocation: NOASSERTION,
    filesAnalyzed: false,
    checksums: sha256 === undefined ? undefined : [{ algorithm: 'SHA256', checksumValue: sha256 }],
    homepage,
    licenseConcluded: NOASSERTION,
    licenseDeclared: licence,
    copyrightText: NOASSERTION,
    externalRefs:
      purl === undefined
        ? undefined
        : [{ referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: purl }],
    primaryPackagePurpose: PURPOSES[kind],
  };
}

function relationshipsOf(part: BomPart, ids: ReadonlyMap<string, string>): readonly JsonObject[] {
  const from = spdxId(part);
  const to = (type: string, targets: readonly string[]): readonly JsonObject[] =>
    targets.map((target) => relationship(from, type, ids.get(target) ?? NOASSERTION));
  return [
    ...to('CONTAINS', part.contains ?? []),
    ...to('DEPENDS_ON', part.dependsOn ?? []),
    ...(part.document === undefined ? [] : [relationship(from, 'DESCRIBED_BY', `${documentId(part)}:${DOCUMENT_ID}`)]),
  ];
}

function relationship(from: string, type: string, to: string): JsonObject {
  return { spdxElementId: from, relationshipType: type, relatedSpdxElement: to };
}

function documentOf(part: BomPart): readonly JsonObject[] {
  if (part.document === undefined) return [];
  const { namespace, spdxSha1 } = part.document;
  const checksum = { algorithm: 'SHA1', checksumValue: spdxSha1 };
  return [{ externalDocumentId: documentId(part), spdxDocument: namespace, checksum }];
}

function documentId(part: BomPart): string {
  return spdxId(part).replace('SPDXRef-', 'DocumentRef-');
}

/** What people know the part by, and a piece of a digest for names that differ in what an identifier cannot hold. */
function spdxId({ id, kind, name }: BomPart): string {
  return `SPDXRef-${kind}-${name.replaceAll(/[^A-Za-z0-9.]+/g, '-')}-${sha256Of(id).slice(0, 12)}`;
}

/** Licences that SPDX does not list are explained in the document. */
function ownLicences(parts: readonly BomPart[]): readonly JsonObject[] {
  const named = parts.flatMap(({ licence = '' }) => licence.match(/\bLicenseRef-[A-Za-z0-9.-]+/g) ?? []);
  const extractedText = 'The text is in what is licensed under it.';
  return [...new Set(named)].sort().map((licenseId) => ({ licenseId, extractedText }));
}

function optional(key: string, list: readonly JsonObject[]): JsonObject {
  return list.length === 0 ? {} : { [key]: list };
}
