import type { ArchName } from '../model/arch.ts';
import type { ContentRef } from '../model/package-spec.ts';
import type { SigningPolicy } from '../model/signing-policy.ts';
import type { PlanBuilder } from '../plan/builder.ts';
import type { PackagedFile } from './package-files.ts';

/** Where a file's content is asked for. */
export interface ContentOptions {
  /** The path of the construct that owns the file. */
  readonly owner: string;
  /** The file's destination. */
  readonly path: string;
  readonly arch: ArchName | 'all';
  /** The keys of the distribution. */
  readonly signing: SigningPolicy | undefined;
}

/** Finds the content of files that come from beside the program, from a component or from the distribution's keys. */
export function packagedContent(
  builder: PlanBuilder,
  { owner, path, arch, signing }: ContentOptions,
): (content: PackagedFile & { kind: 'local' | 'binary' | 'keyring' }) => ContentRef {
  return (content) => {
    if (content.kind === 'local') return builder.file(owner, content.source);
    if (content.kind === 'keyring') return keyringContent(builder, signing, { owner, path, form: content.form });
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

function keyringContent(
  builder: PlanBuilder,
  signing: SigningPolicy | undefined,
  { owner, path, form }: { readonly owner: string; readonly path: string; readonly form: 'binary' | 'armored' },
): ContentRef {
  if (signing !== undefined) return builder.keyring(owner, signing)[form];
  builder.problem({
    code: 'REFERENCE_UNKNOWN',
    path: owner,
    message: `${path}: the distribution has no keys`,
    hint: "name them: new Distro(app, …, { signing: { certificates: [{ certificate: file('keys/2026.asc') }] } })",
  });
  return { step: '', output: form };
}
