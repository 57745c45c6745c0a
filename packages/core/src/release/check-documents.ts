import { z } from 'zod';
import type { Problem } from '../errors/distro-error.ts';
import type { Sha256 } from '../model/digest.ts';
import { PROVENANCE_TYPE, STATEMENT_TYPE } from '../supply-chain/provenance/statement.ts';
import { checkedDocument } from './checked-document.ts';
import type { DocumentedSubject } from './documented-subjects.ts';

/** The texts of the documents about one subject; undefined for one that is not there. */
export interface SubjectDocuments {
  readonly cyclonedx: string | undefined;
  readonly spdx: string | undefined;
  /** A statement, or lines of DSSE envelopes around one, whose signatures are not looked at here. */
  readonly provenance: string | undefined;
}

const cyclonedxSchema = z.object({
  bomFormat: z.literal('CycloneDX'),
  metadata: z.object({
    component: z.object({ hashes: z.array(z.object({ alg: z.string(), content: z.string() })) }),
  }),
  components: z.array(
    z.object({
      hashes: z.array(z.object({ alg: z.string(), content: z.string() })).optional(),
      evidence: z.object({ occurrences: z.array(z.object({ location: z.string() })) }).optional(),
    }),
  ),
});

const spdxSchema = z.object({
  spdxVersion: z.literal('SPDX-2.3'),
  packages: z.array(
    z.object({
      SPDXID: z.string(),
      packageFileName: z.string().optional(),
      checksums: z.array(z.object({ algorithm: z.string(), checksumValue: z.string() })).optional(),
    }),
  ),
  relationships: z.array(
    z.object({ spdxElementId: z.string(), relationshipType: z.string(), relatedSpdxElement: z.string() }),
  ),
});

const statementSchema = z.object({
  _type: z.literal(STATEMENT_TYPE),
  subject: z.array(z.object({ digest: z.object({ sha256: z.string() }) })),
  predicateType: z.literal(PROVENANCE_TYPE),
  predicate: z.object({
    buildDefinition: z.object({
      resolvedDependencies: z.array(
        z.object({
          name: z.string().optional(),
          uri: z.string().optional(),
          digest: z.record(z.string(), z.string()).optional(),
        }),
      ),
    }),
  }),
});

const envelopeSchema = z.object({ payload: z.base64(), payloadType: z.string() });

/** What one document says, in the words that all of them are compared in. */
interface Claims {
  readonly subjects: readonly string[];
  /** Files in the subject, with their sha256. */
  readonly contents: ReadonlyMap<string, string>;
}

/**
 * Checks that the documents about a subject are there, are about its bytes, and hold every file and every material that
 * the plan says went into it.
 */
export function checkDocuments(
  subject: DocumentedSubject,
  documents: SubjectDocuments,
  planSha256: Sha256,
): readonly Problem[] {
  const { file, path } = subject;
  const inBom = (name: string, text: string | undefined, read: (json: unknown) => Claims): readonly Problem[] =>
    checkedDocument(name, path, text, (whole) => checkClaims(read(JSON.parse(whole)), subject));
  const boms =
    subject.contents === undefined
      ? []
      : [
          ...inBom(`sbom/${file}.cdx.json`, documents.cyclonedx, (json) =>
            cyclonedxClaims(cyclonedxSchema.parse(json)),
          ),
          ...inBom(`sbom/${file}.spdx.json`, documents.spdx, (json) => spdxClaims(spdxSchema.parse(json))),
        ];
  return [
    ...boms,
    ...checkedDocument(`provenance/${file}`, path, documents.provenance, (text) => {
      const statements = statementsIn(text);
      if (statements.length === 0) return ['it is empty'];
      return statements.flatMap((statement) => checkProvenance(statement, subject, planSha256));
    }),
  ];
}

function checkClaims({ subjects, contents }: Claims, subject: DocumentedSubject): readonly string[] {
  const about = subjects.includes(subject.sha256) ? [] : [`it is about other bytes than those of ${subject.file}`];
  return [
    ...about,
    ...(subject.contents ?? []).flatMap(({ path, sha256 }) => {
      const claimed = contents.get(path);
      if (claimed === undefined) return [`it lacks ${path}`];
      return sha256 === undefined || claimed === sha256 ? [] : [`it has another sha256 of ${path} than release.json`];
    }),
  ];
}

function cyclonedxClaims({ metadata, components }: z.infer<typeof cyclonedxSchema>): Claims {
  const contents = components.flatMap(({ hashes = [], evidence }) =>
    (evidence?.occurrences ?? []).flatMap(({ location }) =>
      hashes.flatMap(({ alg, content }) => (alg === 'SHA-256' ? [[location, content] as const] : [])),
    ),
  );
  const subjects = metadata.component.hashes.flatMap(({ alg, content }) => (alg === 'SHA-256' ? [content] : []));
  return { subjects, contents: new Map(contents) };
}

function spdxClaims({ packages, relationships }: z.infer<typeof spdxSchema>): Claims {
  const described = relationships.flatMap((relation) =>
    relation.relationshipType === 'DESCRIBES' ? [relation.relatedSpdxElement] : [],
  );
  const digests = packages.flatMap(({ SPDXID, packageFileName, checksums = [] }) =>
    checksums.flatMap(({ algorithm, checksumValue }) =>
      algorithm === 'SHA256' ? [{ id: SPDXID, file: packageFileName, sha256: checksumValue }] : [],
    ),
  );
  return {
    subjects: digests.filter(({ id }) => described.includes(id)).map(({ sha256 }) => sha256),
    contents: new Map(digests.flatMap(({ file, sha256 }) => (file === undefined ? [] : [[file, sha256] as const]))),
  };
}

function statementsIn(text: string): readonly z.infer<typeof statementSchema>[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line) => {
    const json: unknown = JSON.parse(line);
    const signed = envelopeSchema.safeParse(json);
    return statementSchema.parse(
      signed.success ? JSON.parse(Buffer.from(signed.data.payload, 'base64').toString()) : json,
    );
  });
}

function checkProvenance(
  { subject: subjects, predicate }: z.infer<typeof statementSchema>,
  subject: DocumentedSubject,
  planSha256: Sha256,
): readonly string[] {
  const { resolvedDependencies } = predicate.buildDefinition;
  const isAbout = subjects.some(({ digest }) => digest.sha256 === subject.sha256);
  const plan = resolvedDependencies.find(({ name }) => name === 'plan.json');
  const claimed = new Set(resolvedDependencies.map(({ uri, digest }) => materialKey(uri, digest)));
  return [
    ...(isAbout ? [] : [`it is about other bytes than those of ${subject.file}`]),
    ...(plan?.digest?.['sha256'] === planSha256 ? [] : ['it names another plan than plan.json']),
    ...subject.materials
      .filter(({ uri, digest }) => !claimed.has(materialKey(uri, digest)))
      .map(({ uri }) => `it lacks ${uri ?? ''}, or has another digest of it`),
  ];
}

function materialKey(uri: string | undefined, digest: Readonly<Record<string, string>> = {}): string {
  return [uri, ...Object.entries(digest).flat()].join(' ');
}
