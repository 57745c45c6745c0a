import type { Sha256 } from '../../model/digest.ts';

/** What something of a release is made of: one model, which each SBOM format is rendered from. */
export interface Bom {
  /** What the document is about. */
  readonly subject: BomPart;
  /** Everything in it, each once. */
  readonly parts: readonly BomPart[];
  /** The release date, `2026-11-21T00:00:00Z`. */
  readonly date: string;
  /** Who makes the release and the document. */
  readonly vendor: { readonly name: string; readonly url: string };
}

/** One thing that software is made of. */
export interface BomPart {
  /** Unique in the document: the {@link purl} where there is one. */
  readonly id: string;
  readonly kind: BomPartKind;
  readonly name: string;
  readonly version?: string;
  /** How scanners know it. @see https://github.com/package-url/purl-spec */
  readonly purl?: string;
  /** Of its bytes; of a Go module the digest that go.sum lists. */
  readonly sha256?: Sha256;
  /** An SPDX expression; absent where it is not known. */
  readonly licence?: string;
  /** Who it is from, where somebody says so. */
  readonly supplier?: string;
  readonly homepage?: string;
  /** Where it stands in the release or in the subject. */
  readonly file?: string;
  /** The SBOM of its own that it has in this release. */
  readonly document?: BomReference;
  /** Ids of what it holds. */
  readonly contains?: readonly string[];
  /** Ids of what it was made from or needs. */
  readonly dependsOn?: readonly string[];
}

/** The kinds of part. */
export type BomPartKind = 'release' | 'deb' | 'rpm' | 'image' | 'program' | 'file' | 'module';

/** Another SBOM of the same release, in both formats. */
export interface BomReference {
  /** The serial number of its CycloneDX document, `urn:uuid:…`. */
  readonly serialNumber: string;
  /** The namespace of its SPDX document. */
  readonly namespace: string;
  /** The SHA-1 of its SPDX document, which is what SPDX refers to documents with. */
  readonly spdxSha1: string;
}
