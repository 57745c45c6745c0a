import { hash } from 'node:crypto';
import { z } from 'zod';
import type { Problem } from '../errors/distro-error.ts';
import { checkedDocument } from './checked-document.ts';
import type { SubjectDocuments } from './check-documents.ts';

/** A subject's documents, as the release's own refer to them. */
export interface ReferredDocuments extends Pick<SubjectDocuments, 'cyclonedx' | 'spdx'> {
  /** The subject's file. */
  readonly file: string;
}

const cyclonedxSchema = z.object({
  bomFormat: z.literal('CycloneDX'),
  components: z.array(z.object({ externalReferences: z.array(z.object({ url: z.string() })).optional() })),
});

const serialSchema = z.object({ serialNumber: z.string() });

const spdxSchema = z.object({
  spdxVersion: z.literal('SPDX-2.3'),
  externalDocumentRefs: z.array(z.object({ checksum: z.object({ checksumValue: z.string() }) })).optional(),
});

/** Checks that the SBOMs of a release as a whole refer to those of every package and image, as they are. */
export function checkReleaseDocuments(
  documents: Pick<SubjectDocuments, 'cyclonedx' | 'spdx'>,
  referred: readonly ReferredDocuments[],
  path: string,
): readonly Problem[] {
  return [
    ...checkedDocument('sbom/release.cdx.json', path, documents.cyclonedx, (text) => {
      const { components } = cyclonedxSchema.parse(JSON.parse(text));
      const links = new Set(
        components.flatMap(({ externalReferences = [] }) => externalReferences.map(({ url }) => url)),
      );
      return referred.flatMap(({ file, cyclonedx }) => {
        const link = cyclonedx === undefined ? undefined : bomLinkOf(cyclonedx);
        return link === undefined || links.has(link) ? [] : [`it does not refer to sbom/${file}.cdx.json`];
      });
    }),
    ...checkedDocument('sbom/release.spdx.json', path, documents.spdx, (text) => {
      const { externalDocumentRefs = [] } = spdxSchema.parse(JSON.parse(text));
      const digests = new Set(externalDocumentRefs.map(({ checksum }) => checksum.checksumValue));
      return referred.flatMap(({ file, spdx }) =>
        spdx === undefined || digests.has(hash('sha1', spdx)) ? [] : [`it does not refer to sbom/${file}.spdx.json`],
      );
    }),
  ];
}

/** Undefined for a document that does not parse, which is a problem of its own. */
function bomLinkOf(text: string): string | undefined {
  try {
    const { serialNumber } = serialSchema.parse(JSON.parse(text));
    return `${serialNumber.replace('urn:uuid:', 'urn:cdx:')}/1`;
  } catch {
    return undefined;
  }
}
