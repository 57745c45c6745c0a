import type { ArchName } from '../model/arch.ts';
import type { ImageSettings } from '../model/image-settings.ts';
import type { JsonObject } from '../model/json.ts';
import type { LayerEntry } from '../model/layer-entry.ts';
import type { ContentRef, PackageSpec } from '../model/package-spec.ts';
import type { Sha256 } from '../model/digest.ts';
import type { Compression } from '../model/target.ts';
import type { PlanDistro } from './plan-distro.ts';

/** `plan.json`: what synth builds, as a graph of steps that are pure data. Same tree + same lock = same bytes. */
export interface Plan {
  readonly schemaVersion: 1;
  readonly distro: PlanDistro;
  /** In dependency order: a step refers only to steps before it. */
  readonly steps: readonly Step[];
}

interface StepBase {
  /** Unique in the plan and readable: `go-build go.etcd.io/etcd/server/v3@v3.6.8 amd64`. */
  readonly id: string;
  /** The construct that asked for it; of several, the nearest they have in common. */
  readonly path: string;
  /** The names of what it makes. */
  readonly outputs: readonly string[];
  /**
   * The images that texts of this step name by a placeholder, each with the output whose sha256 is the digest that takes
   * its place when the step runs. Absent for none. See `imagePlaceholder`.
   */
  readonly images?: Readonly<Record<Sha256, ContentRef>>;
}

/** A file beside the program, taken into the store. Output: `file`. */
export interface FileStep extends StepBase {
  readonly kind: 'file';
  /** Relative to the app's directory. */
  readonly file: string;
  readonly sha256: Sha256;
  readonly size: number;
}

/** A download. Output: `file`. */
export interface UrlStep extends StepBase {
  readonly kind: 'url';
  readonly url: string;
  readonly sha256: Sha256;
  readonly size: number;
}

/** A Debian package. Output: `file`. */
export interface DebianStep extends StepBase {
  readonly kind: 'debian';
  readonly package: string;
  readonly version: string;
  readonly arch: string;
  readonly suite: string;
  readonly component: string;
  readonly mirror?: string;
  readonly keyring?: string;
  readonly filename: string;
  readonly sha256: Sha256;
  readonly size: number;
}

/** Members taken out of an archive. Outputs: the keys of `members`. */
export interface ExtractStep extends StepBase {
  readonly kind: 'extract';
  readonly archive: ContentRef;
  /** `deb` means the data member of a Debian package. */
  readonly format: 'deb' | 'tar';
  /** Output name to the member's path without a leading `./`. */
  readonly members: Readonly<Record<string, string>>;
}

/** The module set that a Go build reads; inline, so that the plan alone can be built. */
export interface GoModuleSet {
  readonly module: string;
  readonly version: string;
  /** The module's checksum `h1:…`. */
  readonly sum: string;
  /** The text of go.mod. */
  readonly goMod: string;
  /** The text of go.sum. */
  readonly goSum: string;
}

/** Binaries built by `go build`. Outputs: the keys of `commands`. */
export interface GoBuildStep extends StepBase {
  readonly kind: 'go-build';
  /** The exact Go version. */
  readonly go: string;
  readonly arch: ArchName;
  readonly modules: GoModuleSet;
  /** Output name to import path. */
  readonly commands: Readonly<Record<string, string>>;
  readonly tags: readonly string[];
  /** Link-time string variables. */
  readonly variables: Readonly<Record<string, string>>;
  readonly cgo?: CCompiler & { readonly sysroot: readonly ContentRef[]; readonly ldflags: readonly string[] };
  /** Unified diffs applied, in order, to a copy of the module. */
  readonly patches: readonly ContentRef[];
}

/** The pinned C compiler and its arguments. */
export interface CCompiler {
  /** The exact Zig version. */
  readonly zig: string;
  /** A Zig target, such as `x86_64-linux-gnu.2.34`. */
  readonly target: string;
  readonly cflags: readonly string[];
}

/** One C program. One output, named like the program. */
export interface CBuildStep extends StepBase {
  readonly kind: 'c-build';
  /** The exact Go version: it fetches and checks the module. */
  readonly go: string;
  readonly arch: ArchName;
  readonly modules: GoModuleSet;
  /** C files inside the module. */
  readonly files: readonly string[];
  readonly compiler: CCompiler;
  readonly patches: readonly ContentRef[];
}

/**
 * The licences of the Go modules that programs contain. Output: `licences`, canonical JSON of `module@version` to an
 * SPDX expression; modules whose licence was not recognised are not in it.
 */
export interface GoLicencesStep extends StepBase {
  readonly kind: 'go-licences';
  /** The module that the programs, or C programs, are of. */
  readonly module: string;
  readonly version: string;
  /** Programs whose modules are looked at, of every architecture. */
  readonly programs: readonly ContentRef[];
}

/**
 * The licences of Debian packages. Output: `licences`, canonical JSON of `package@version` to an SPDX expression;
 * packages whose copyright file is not machine-readable are not in it.
 */
export interface DebianLicencesStep extends StepBase {
  readonly kind: 'debian-licences';
  readonly packages: readonly { readonly name: string; readonly version: string; readonly content: ContentRef }[];
}

/** A package. Output: `package`, which becomes `file` in the release. */
export interface PackageStep extends StepBase {
  readonly kind: 'package';
  readonly format: 'deb' | 'rpm';
  readonly compression: Compression;
  readonly spec: PackageSpec;
  /** Where it stands in the release, such as `packages/amd64/kubelet_1.36.3-1_amd64.deb`. */
  readonly file: string;
  /** The component it is made of, if one. */
  readonly component?: string;
}

/**
 * One layer of images of one architecture: an archive of files. Outputs: `layer`, the compressed archive, and `about`,
 * canonical JSON of a `LayerAbout`.
 */
export interface LayerStep extends StepBase {
  readonly kind: 'layer';
  readonly compression: Compression;
  /** Debian packages whose files are in it, in the order they are unpacked. */
  readonly packages: readonly ContentRef[];
  /** What is declared; it replaces what a Debian package has at the same path. */
  readonly entries: readonly LayerEntry[];
  /** Seconds since 1970: the time of every entry. */
  readonly date: number;
}

/** One image for one architecture. Outputs: `config` and `manifest`, as the image specification has them. */
export interface ImageStep extends StepBase {
  readonly kind: 'image';
  readonly arch: ArchName;
  readonly settings: ImageSettings;
  /** From the lowest: the `about` of a layer, and what its line in the history says. */
  readonly layers: readonly { readonly about: ContentRef; readonly createdBy: string }[];
  /** Seconds since 1970. */
  readonly date: number;
}

/** The index over an image's architectures. Output: `index`; its sha256 is the digest that everything names. */
export interface ImageIndexStep extends StepBase {
  readonly kind: 'image-index';
  /** The repository in the distribution's registry, such as `coredns` or `harbor/pause`. */
  readonly name: string;
  readonly tag: string;
  readonly manifests: readonly { readonly arch: ArchName; readonly ref: ContentRef }[];
}

/** The keyring of the distribution. Outputs: `binary` for apt, `armored` for rpm, `entries`: JSON of `KeyringEntry`s. */
export interface KeyringStep extends StepBase {
  readonly kind: 'keyring';
  readonly certificates: readonly { readonly name: string; readonly content: ContentRef; readonly signs: boolean }[];
  /** The release date in seconds since 1970. */
  readonly date: number;
  /** Days that the signing key must be valid after it. */
  readonly margin: number;
}

/** An add-on's manifests. Output: `files`, a {@link FileBundle} whose files go to `directory` in the release. */
export interface ManifestsStep extends StepBase {
  readonly kind: 'manifests';
  /** Such as `manifests/dns`. */
  readonly directory: string;
  readonly objects: readonly JsonObject[];
}

/** An installer's configuration. Output: `files`, a {@link FileBundle} whose files go to `directory` in the release. */
export interface InstallerStep extends StepBase {
  readonly kind: 'installer';
  readonly installer: string;
  /** Such as `installers/kubeadm`. */
  readonly directory: string;
  /** What the renderer of that installer takes; checked by its own schema. */
  readonly settings: JsonObject;
}

export type { PlanAddOn, PlanComponent, PlanDistro } from './plan-distro.ts';
export type { FileBundle } from '../model/file-bundle.ts';

/** One unit of work. */
export type Step =
  | FileStep
  | UrlStep
  | DebianStep
  | ExtractStep
  | GoBuildStep
  | CBuildStep
  | GoLicencesStep
  | DebianLicencesStep
  | PackageStep
  | LayerStep
  | ImageStep
  | ImageIndexStep
  | KeyringStep
  | ManifestsStep
  | InstallerStep;

/** The kind of a step. */
export type StepKind = Step['kind'];

/** The step of a kind. */
export type StepOf<K extends StepKind> = Extract<Step, { readonly kind: K }>;
