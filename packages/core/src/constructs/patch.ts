import type { Construct } from 'constructs';
import { z } from 'zod';
import { file } from '../model/declare-source.ts';
import type { FileSource, UrlSource } from '../model/source.ts';
import { Element } from './element.ts';
import { sourceSchema } from './schemas.ts';

/** Where a patch comes from: a file beside the program, or a download of one file. */
export type PatchSource = FileSource | UrlSource;

/** Settings of a {@link Patch}. */
export interface PatchProps {
  readonly source: PatchSource;
}

const schema: z.ZodType<PatchProps> = z.strictObject({ source: sourceSchema as unknown as z.ZodType<PatchSource> });

/**
 * A unified diff that is applied to a copy of a component's source. It is part of the build's key: another patch is
 * another build. Add it as a child of the {@link Component}, or list its source in the component's `patches`.
 */
export class Patch extends Element {
  readonly role = 'patch';
  readonly source: PatchSource;

  constructor(scope: Construct, id: string, props: PatchProps) {
    super(scope, id);
    this.source = this.checkProps(schema, props).source;
  }
}

/** Declares patches for a component's `patches`. */
export const patch: { readonly file: (path: string) => PatchSource } = {
  /** A unified diff in a file, relative to the directory of `distro.ts`. */
  file: (path) => file(path),
};
