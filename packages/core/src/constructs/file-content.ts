import type { ArchName } from '../model/arch.ts';
import type { ContentRef } from '../model/package-spec.ts';
import type { PlanBuilder } from '../plan/builder.ts';
import type { PackagedFile } from './package-files.ts';

/** Where a file's content is asked for. */
export interface ContentOptions {
  /** The path of the construct that owns the file. */
  readonly owner: string;
  /** The file's destination. */
  readonly path: string;
  readonly arch: ArchName | 'all';
}

/** Finds the content of files that come from beside the program or from a component. */
export function packagedContent(
  builder: PlanBuilder,
  { owner, path, arch }: ContentOptions,
): (content: PackagedFile & { kind: 'local' | 'binary' }) => ContentRef {
  return (content) => {
    if (content.kind === 'local') return builder.file(owner, content.source);
    const made = arch === 'all' ? undefined : content.component.files(builder, arch).get(content.name);
    if (made !== undefined) return made;
    builder.problem({
      code: 'REFERENCE_UNKNOWN',
      path: owner,
      message: `${path}: the component ${content.component.name} has no file ${content.name}`,
      ...(arch === 'all' ? { hint: 'a package for all architectures holds no binaries' } : {}),
    });
    return { step: '', output: content.name };
  };
}
