import type { JsonObject } from '../../model/json.ts';
import type { Sha256 } from '../../model/digest.ts';
import { contentUuid } from '../sbom/content-uuid.ts';

/** The media type of an in-toto statement, which is also what a DSSE envelope around one says that it holds. */
export const IN_TOTO_TYPE = 'application/vnd.in-toto+json';

/** What a statement is called in the words of in-toto. @see https://in-toto.io/Statement/v1 */
export const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';

/** @see https://slsa.dev/spec/v1.0/provenance */
export const PROVENANCE_TYPE = 'https://slsa.dev/provenance/v1';

/** How distrokit builds; `docs/reference/provenance.md` says what its parameters mean. */
export const BUILD_TYPE = 'https://www.npmjs.com/package/@distrokit/core#provenance-v1';

/** Something that is known by its digest. @see https://github.com/in-toto/attestation/blob/main/spec/v1/resource_descriptor.md */
export interface ResourceDescriptor {
  readonly name?: string;
  readonly uri?: string;
  /** By algorithm, in lower-case hexadecimal: `sha256` of bytes, `dirHash1` of a Go module. */
  readonly digest?: Readonly<Record<string, string>>;
}

/** What {@link provenanceStatement} takes. */
export interface ProvenanceOptions {
  /** What was made; at least one. */
  readonly subjects: readonly { readonly name: string; readonly sha256: Sha256 }[];
  /** Who answers for the machine that built: a URI. */
  readonly builder: string;
  /** The release, and the step of its plan that made the subjects. */
  readonly build: {
    readonly distro: string;
    readonly version: string;
    readonly step: string;
    /** Of `plan.json`. */
    readonly plan: Sha256;
  };
  /** What the step's result depends on beside the plan: how steps of its kind run. */
  readonly recipe: { readonly kind: string; readonly version: number };
  /** Everything from outside that went into the subjects. */
  readonly materials: readonly ResourceDescriptor[];
}

/**
 * Where things come from, as an in-toto statement with SLSA provenance. It names no machine and no moment: equal builds
 * make equal statements.
 */
export function provenanceStatement(options: ProvenanceOptions): JsonObject {
  const { subjects, builder, build, recipe, materials } = options;
  const { plan, ...externalParameters } = build;
  return {
    _type: STATEMENT_TYPE,
    subject: subjects.map(({ name, sha256 }) => ({ name, digest: { sha256 } })),
    predicateType: PROVENANCE_TYPE,
    predicate: {
      buildDefinition: {
        buildType: BUILD_TYPE,
        externalParameters,
        internalParameters: { recipe },
        resolvedDependencies: [{ name: 'plan.json', digest: { sha256: plan } }, ...materials].map(descriptor),
      },
      runDetails: {
        builder: { id: builder },
        metadata: { invocationId: `urn:uuid:${contentUuid({ ...build })}` },
      },
    },
  };
}

function descriptor({ name, uri, digest }: ResourceDescriptor): JsonObject {
  return { name, uri, digest };
}
