import type { ArchName } from '../model/arch.ts';
import type { Source } from '../model/source.ts';

/** A source that a construct declared, with what is needed to resolve it. */
export interface Declaration {
  /** The construct's path. */
  readonly path: string;
  readonly source: Source;
  /** The component's version, without a leading `v`. */
  readonly version: string;
  /** The architecture it is declared for. */
  readonly arch: ArchName;
}
