import type { Problem } from '../errors/distro-error.ts';
import {
  addressesOf,
  furtherModulesOf,
  lookupDebian,
  lookupDebianClosure,
  lookupGoModule,
  lookupUrl,
  type Lookup,
} from '../lock/lookup.ts';
import type { Lock, Toolchains } from '../lock/schema.ts';
import { ARCHES, type ArchName } from '../model/arch.ts';
import type { Sha256 } from '../model/digest.ts';
import { expand } from '../model/expand.ts';
import { canonicalJson, type Json } from '../model/json.ts';
import type { ContentRef } from '../model/package-spec.ts';
import type {
  CSource,
  DebianClosureSource,
  DebianSource,
  FileSource,
  GoModuleSource,
  LockedDebian,
  LockedGoModule,
  Source,
  UrlSource,
} from '../model/source.ts';
import type { SourceOptions } from './builder.ts';
import { outputNamesOf } from './declaration-recorder.ts';
import type { CCompiler, GoModuleSet } from './document.ts';
import type { StepList } from './step-list.ts';

/** What {@link SourceSteps} works with. */
export interface SourceStepsOptions {
  readonly lock: Lock | undefined;
  readonly files: ReadonlyMap<string, { readonly sha256: Sha256; readonly size: number } | undefined>;
  readonly steps: StepList;
  readonly problem: (problem: Problem) => void;
}

const EMPTY_LOCK: Lock = { schemaVersion: 1, date: '1970-01-01T00:00:00Z', toolchains: {}, sources: {} };

/** Thrown inside this file only, after the problem has been recorded: the source gives references that lead nowhere. */
class Unresolved extends Error {}

/** Turns declared sources into the steps that make their files, with what the lock pins. */
export class SourceSteps {
  readonly #options: SourceStepsOptions;
  readonly #lock: Lock;

  constructor(options: SourceStepsOptions) {
    this.#options = options;
    this.#lock = options.lock ?? EMPTY_LOCK;
  }

  /** The files of a source by name. */
  add(path: string, source: Source, options: SourceOptions): ReadonlyMap<string, ContentRef> {
    try {
      return this.#add(path, source, options);
    } catch (error) {
      if (!(error instanceof Unresolved)) throw error;
      return new Map(outputNamesOf(source).map((output) => [output, { step: '', output }]));
    }
  }

  /** A file beside the program. */
  addFile(path: string, { path: file }: FileSource): ContentRef {
    const found = this.#options.files.get(file);
    if (found === undefined) {
      this.#options.problem({
        code: 'SOURCE_FILE_MISSING',
        path,
        message: `there is no file ${file}`,
        hint: 'paths are relative to the directory of the app',
      });
      return { step: '', output: 'file' };
    }
    const step = this.#options.steps.add({ kind: 'file', id: `file ${file}`, path, outputs: ['file'], file, ...found });
    return { step, output: 'file' };
  }

  #add(path: string, source: Source, options: SourceOptions): ReadonlyMap<string, ContentRef> {
    switch (source.kind) {
      case 'go-module':
        return this.#goBuild(path, source, options);
      case 'c-program':
        return this.#cBuild(path, source, options);
      case 'url':
        return this.#download(path, source, options);
      case 'debian':
        return this.#debian(path, source, options.arch);
      case 'debian-closure':
        return this.#debianClosure(path, source, options.arch);
      case 'file':
        return new Map([['file', this.addFile(path, source)]]);
    }
  }

  #goBuild(path: string, source: GoModuleSource, options: SourceOptions): ReadonlyMap<string, ContentRef> {
    const { arch, version } = options;
    const modules = moduleSet(this.#found(path, lookupGoModule(this.#lock, source, version)));
    const tags = source.tags ?? [];
    const variables = expandAll(source.variables ?? {}, version);
    const cgo = source.cgo === undefined ? undefined : this.#cgo(path, source.cgo, arch);
    const patches = this.#patches(options);
    const step = {
      kind: 'go-build' as const,
      id: `go-build ${modules.module}@${modules.version} ${arch}`,
      path,
      go: this.#toolchain(path, 'go'),
      arch,
      modules,
      commands: source.commands,
      tags,
      variables,
      ...(cgo === undefined ? {} : { cgo }),
      patches,
    };
    const variant = canonicalJson({
      tags,
      variables,
      cgo,
      patches,
      with: furtherModulesOf(source, version),
    } as unknown as Json);
    const id = this.#options.steps.addGoBuild(step, variant);
    return new Map(Object.keys(source.commands).map((output) => [output, { step: id, output }]));
  }

  #cgo(
    path: string,
    cgo: NonNullable<GoModuleSource['cgo']>,
    arch: ArchName,
  ): CCompiler & { sysroot: readonly ContentRef[]; ldflags: readonly string[] } {
    const sysroot = (cgo.sysroot ?? []).map((source) => this.#debianFile(path, source, arch));
    return { ...this.#compiler(path, cgo.libc, cgo.cflags ?? [], arch), sysroot, ldflags: cgo.ldflags ?? [] };
  }

  #compiler(path: string, libc: string, cflags: readonly string[], arch: ArchName): CCompiler {
    return { zig: this.#toolchain(path, 'zig'), target: `${ARCHES[arch].zig}-linux-${libc}`, cflags };
  }

  #cBuild(path: string, source: CSource, options: SourceOptions): ReadonlyMap<string, ContentRef> {
    const { arch, version } = options;
    const modules = moduleSet(this.#found(path, lookupGoModule(this.#lock, source, version)));
    const cflags = source.cflags.map((flag) => expand(flag, { version }));
    const step = this.#options.steps.add({
      kind: 'c-build',
      id: `c-build ${source.name} ${version} ${arch}`,
      path,
      outputs: [source.name],
      go: this.#toolchain(path, 'go'),
      arch,
      modules,
      files: source.files,
      compiler: this.#compiler(path, source.libc, cflags, arch),
      patches: this.#patches(options),
    });
    return new Map([[source.name, { step, output: source.name }]]);
  }

  #download(path: string, source: UrlSource, { arch, version }: SourceOptions): ReadonlyMap<string, ContentRef> {
    if (!source.arches.includes(arch)) {
      const address = Object.values(source.files)[0] ?? '';
      this.#unresolved({
        code: 'ARCH_UNSUPPORTED',
        path,
        message: `${address} is not published for ${arch}`,
        hint: `it is for ${source.arches.join(', ')}: build it from source, or leave the architecture out`,
      });
    }
    const files = [...addressesOf(source, { version, arch })].map(([name, address]) => {
      const { url, sha256, size } = this.#found(path, lookupUrl(this.#lock, address));
      const step = this.#options.steps.add({
        kind: 'url',
        id: `url ${url}`,
        path,
        outputs: ['file'],
        url,
        sha256,
        size,
      });
      return [name, { step, output: 'file' }] as const;
    });
    const archive = files[0]?.[1];
    if (source.extract === undefined || archive === undefined) return new Map(files);
    return this.#extract(
      path,
      archive,
      'tar',
      mapValues(source.extract, (member) => expand(member, { version, arch })),
    );
  }

  #debian(path: string, source: DebianSource, arch: ArchName): ReadonlyMap<string, ContentRef> {
    const archive = this.#debianFile(path, source, arch);
    return source.files === undefined
      ? new Map([['file', archive]])
      : this.#extract(path, archive, 'deb', source.files);
  }

  #debianClosure(path: string, source: DebianClosureSource, arch: ArchName): ReadonlyMap<string, ContentRef> {
    const { packages } = this.#found(path, lookupDebianClosure(this.#lock, source, arch));
    return new Map(packages.map((each) => [each.package, this.#debianStep(path, each)]));
  }

  #debianFile(path: string, source: DebianSource, arch: ArchName): ContentRef {
    return this.#debianStep(path, this.#found(path, lookupDebian(this.#lock, source, arch)));
  }

  /** Two closures may have been locked at different times: the version is part of what a step is called. */
  #debianStep(path: string, { kind, ...found }: LockedDebian): ContentRef {
    const id = `${kind} ${found.suite}/${found.package}=${found.version}:${found.arch}`;
    return { step: this.#options.steps.add({ kind, id, path, outputs: ['file'], ...found }), output: 'file' };
  }

  #extract(
    path: string,
    archive: ContentRef,
    format: 'deb' | 'tar',
    wanted: Readonly<Record<string, string>>,
  ): ReadonlyMap<string, ContentRef> {
    const members = mapValues(wanted, (member) => member.replace(/^(\.?\/)+/, ''));
    const outputs = Object.keys(members).sort();
    const id = `extract ${outputs.join(',')} from ${archive.step}`;
    const step = this.#options.steps.add({ kind: 'extract', id, path, outputs, archive, format, members });
    return new Map(outputs.map((output) => [output, { step, output }]));
  }

  #patches({ patches = [], arch, version }: SourceOptions): readonly ContentRef[] {
    return patches.flatMap(({ path, source }) => [...this.#add(path, source, { arch, version }).values()].slice(0, 1));
  }

  #toolchain(path: string, name: keyof Toolchains): string {
    const version = this.#lock.toolchains[name];
    if (version !== undefined) return version;
    return this.#unresolved({
      code: 'SOURCE_NOT_LOCKED',
      path,
      message: `the ${name} version has no entry in distro.lock.json`,
      hint: 'distrokit lock',
    });
  }

  #found<T>(path: string, lookup: Lookup<T>): T {
    if ('found' in lookup) return lookup.found;
    return this.#unresolved({ ...lookup, path, hint: 'distrokit lock' });
  }

  #unresolved(problem: Problem): never {
    this.#options.problem(problem);
    throw new Unresolved();
  }
}

function moduleSet({ module, version, sum, goMod, goSum }: LockedGoModule): GoModuleSet {
  return { module, version, sum, goMod: text(goMod), goSum: text(goSum) };
}

function text(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

function expandAll(variables: Readonly<Record<string, string>>, version: string): Readonly<Record<string, string>> {
  return mapValues(variables, (value) => expand(value, { version }));
}

function mapValues(
  record: Readonly<Record<string, string>>,
  change: (value: string) => string,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
