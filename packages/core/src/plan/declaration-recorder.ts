import type { ArchName } from '../model/arch.ts';
import type { Declaration } from '../lock/declaration.ts';
import type { ContentRef } from '../model/package-spec.ts';
import type { SigningPolicy } from '../model/signing-policy.ts';
import type { FileSource, Source } from '../model/source.ts';
import type { Compression, PackageFormat } from '../model/target.ts';
import type { PlanBuilder, SourceOptions } from './builder.ts';

/** What {@link DeclarationRecorder} takes. */
export interface RecorderOptions {
  readonly arches: readonly ArchName[];
  readonly formats: ReadonlyMap<PackageFormat, Compression>;
}

/**
 * A plan builder that plans nothing: it writes down the sources that constructs ask for. `lock` resolves them, and the
 * files beside the program among them are read before the plan is made.
 */
export class DeclarationRecorder implements PlanBuilder {
  /** Nothing that is declared depends on the date. */
  readonly date = 0;
  readonly arches: readonly ArchName[];
  readonly formats: ReadonlyMap<PackageFormat, Compression>;
  readonly declarations: Declaration[] = [];

  constructor({ arches, formats }: RecorderOptions) {
    this.arches = arches;
    this.formats = formats;
  }

  source(path: string, source: Source, options: SourceOptions): ReadonlyMap<string, ContentRef> {
    const { version, arch } = options;
    this.declarations.push({ path, source, version, arch });
    for (const patch of options.patches ?? []) {
      this.declarations.push({ path: patch.path, source: patch.source, version, arch });
    }
    return new Map(outputNamesOf(source).map((output) => [output, { step: '', output }]));
  }

  file(path: string, source: FileSource): ContentRef {
    for (const arch of this.arches.slice(0, 1)) this.declarations.push({ path, source, version: '', arch });
    return { step: '', output: 'file' };
  }

  /** Which certificates are in the keyring depends on the date, so all of them are read. */
  keyring(path: string, policy: SigningPolicy): { readonly binary: ContentRef; readonly armored: ContentRef } {
    for (const { certificate } of policy.certificates) this.file(path, certificate);
    return { binary: { step: '', output: 'binary' }, armored: { step: '', output: 'armored' } };
  }

  package(): ContentRef {
    return { step: '', output: 'package' };
  }

  image(): void {}

  manifests(): string {
    return '';
  }

  installer(): string {
    return '';
  }

  distro(): void {}
  arch(): void {}
  kernel(): void {}
  component(): void {}
  addOn(): void {}
  driver(): void {}
  installerEntry(): void {}
  problem(): void {}
}

/** The names of the files that a source gives. */
export function outputNamesOf(source: Source): readonly string[] {
  switch (source.kind) {
    case 'go-module':
      return Object.keys(source.commands);
    case 'c-program':
      return [source.name];
    case 'url':
      return Object.keys(source.extract ?? source.files);
    case 'file':
      return ['file'];
    case 'debian':
      return Object.keys(source.files ?? { file: '' });
    // Which others come with them is known once they are locked.
    case 'debian-closure':
      return source.packages;
  }
}
