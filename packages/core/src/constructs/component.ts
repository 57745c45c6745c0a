import type { Construct } from 'constructs';
import { z } from 'zod';
import type { Problem } from '../errors/distro-error.ts';
import type { ArchName } from '../model/arch.ts';
import type { ContentRef } from '../model/package-spec.ts';
import { sourceLabel } from '../model/source-label.ts';
import type { Source } from '../model/source.ts';
import type { PlanBuilder } from '../plan/builder.ts';
import { Element } from './element.ts';
import { Patch, type PatchSource } from './patch.ts';
import { lineSchema, nameSchema, sourceSchema, versionSchema } from './schemas.ts';

/** Settings of a {@link Component}. */
export interface ComponentProps {
  /** Upstream's version, without a leading `v`. */
  readonly version: string;
  readonly source: Source;
  /** Changes to the source, in the order they apply. */
  readonly patches?: readonly PatchSource[];
  /** @default the construct's id */
  readonly name?: string;
  /** One line that says what it is. @default the name */
  readonly summary?: string;
  /** An SPDX licence expression. @default 'Apache-2.0' */
  readonly license?: string;
  /** Where it comes from. @default the vendor's address */
  readonly homepage?: string;
}

const schema: z.ZodType<ComponentProps> = z.strictObject({
  version: versionSchema,
  source: sourceSchema,
  patches: z
    .array(sourceSchema as unknown as z.ZodType<PatchSource>)
    .readonly()
    .exactOptional(),
  name: nameSchema.exactOptional(),
  summary: lineSchema.exactOptional(),
  license: lineSchema.exactOptional(),
  homepage: lineSchema.exactOptional(),
});

/** A piece of upstream software at one version, built or fetched for every architecture of the distribution. */
export class Component extends Element {
  readonly role = 'component';
  readonly props: ComponentProps;

  constructor(scope: Construct, id: string, props: ComponentProps) {
    super(scope, id);
    this.props = this.checkProps(schema, props);
    const patches: readonly PatchSource[] = this.propProblems.length === 0 ? (this.props.patches ?? []) : [];
    for (const [index, source] of patches.entries()) new Patch(this, `patch-${index + 1}`, { source });
  }

  get name(): string {
    return this.props.name ?? this.node.id;
  }

  get version(): string {
    return this.props.version;
  }

  get source(): Source {
    return this.props.source;
  }

  /** The patches in the order they apply: those of the props, then those added as children. */
  get patches(): readonly Patch[] {
    return this.node.children.filter((child): child is Patch => Element.isElement(child) && child.role === 'patch');
  }

  /** The files that this component is, by name, for one architecture. */
  files(builder: PlanBuilder, arch: ArchName): ReadonlyMap<string, ContentRef> {
    return builder.source(this.node.path, this.source, {
      arch,
      version: this.version,
      patches: this.patches.map((patch) => ({ path: patch.node.path, source: patch.source })),
    });
  }

  override check(): readonly Omit<Problem, 'path'>[] {
    const patchable = this.source.kind === 'go-module' || this.source.kind === 'c-program';
    if (patchable || this.patches.length === 0) return [];
    return [
      {
        code: 'PATCH_FAILED',
        message: `a ${this.source.kind} source is not built here and cannot be patched`,
        hint: 'build it from its source, with goModule(…)',
      },
    ];
  }

  override plan(builder: PlanBuilder): void {
    const binaries = builder.arches.flatMap((arch) =>
      [...this.files(builder, arch)].map(([name, ref]) => ({ arch, name, ref })),
    );
    builder.component({
      name: this.name,
      version: this.version,
      source: sourceLabel(this.source, this.version),
      path: this.node.path,
      binaries,
    });
  }
}
