import type { ArchName } from '../model/arch.ts';
import type { JsonObject } from '../model/json.ts';
import type { ContentRef, PackageSpec } from '../model/package-spec.ts';
import type { ImageSettings } from '../model/image-settings.ts';
import type { LayerEntry } from '../model/layer-entry.ts';
import type { SigningPolicy } from '../model/signing-policy.ts';
import type { FileSource, Source, UrlSource } from '../model/source.ts';
import type { Compression, PackageFormat } from '../model/target.ts';
import type { PlanAddOn, PlanComponent, PlanDistro } from './document.ts';
import type { DistroAbout } from './plan-distro.ts';
import type { Problem } from '../errors/distro-error.ts';

/**
 * What a construct may ask of the plan while it adds its steps. This interface is all that constructs know of the
 * layers behind them; they never see the lock, the store or a file.
 *
 * Every call takes the path of the construct it is made for, so that each step and each problem names one.
 */
export interface PlanBuilder {
  /** The release date in seconds since 1970. */
  readonly date: number;
  /** The architectures that are planned: those of the distribution, or fewer when the user asked for some only. */
  readonly arches: readonly ArchName[];
  /** The package formats to make, each with its compression. */
  readonly formats: ReadonlyMap<PackageFormat, Compression>;

  /**
   * The files of a source for one architecture, by name. Asks for equal builds are merged: the commands of one Go
   * module with the same settings are built by one step. Reports `SOURCE_NOT_LOCKED`, `SOURCE_STALE` and
   * `ARCH_UNSUPPORTED` as problems and then returns references that lead nowhere.
   */
  source(path: string, source: Source, options: SourceOptions): ReadonlyMap<string, ContentRef>;

  /** A file beside the program. */
  file(path: string, source: FileSource): ContentRef;

  /**
   * The keyring of the distribution at the release date: `binary` for apt, `armored` for rpm. Its certificates are
   * checked when it is made. Reports `KEY_REFUSED` when none signs at the release date.
   */
  keyring(path: string, policy: SigningPolicy): { readonly binary: ContentRef; readonly armored: ContentRef };

  /** Adds a package, `packages/<arch>/<file name>` in the release. Returns the reference to its bytes. */
  package(path: string, request: PackageRequest): ContentRef;

  /**
   * Adds an image for every architecture. Texts of any construct name it by `imageReference`; the digest that is built
   * takes the place of the placeholder in it.
   */
  image(path: string, request: ImageRequest): void;

  /** Adds the manifests of an add-on. Returns the id of the step. */
  manifests(path: string, directory: string, objects: readonly JsonObject[]): string;

  /** Adds the configuration of an installer. Returns the id of the step. */
  installer(path: string, installer: string, directory: string, settings: JsonObject): string;

  /** What the release says of the distribution. */
  distro(entry: DistroEntry): void;
  arch(entry: PlanDistro['arches'][number]): void;
  kernel(entry: PlanDistro['kernel']): void;
  component(entry: PlanComponent): void;
  addOn(entry: PlanAddOn): void;
  driver(entry: PlanDistro['drivers'][number]): void;
  installerEntry(entry: PlanDistro['installers'][number]): void;

  /** Records a problem; planning goes on, so that all of them are found. */
  problem(problem: Problem): void;
}

/** What {@link PlanBuilder.distro} takes. */
export type DistroEntry = Omit<DistroAbout, 'date'>;

/** How a source is to be made. */
export interface SourceOptions {
  readonly arch: ArchName;
  /** The version of the component, without a leading `v`. */
  readonly version: string;
  /** Patches in the order they apply, each with the path of its construct. */
  readonly patches?: readonly { readonly path: string; readonly source: FileSource | UrlSource }[];
}

/** An image to plan. */
export interface ImageRequest {
  /** The repository in the distribution's registry. */
  readonly name: string;
  readonly tag: string;
  readonly compression: Compression;
  readonly platforms: readonly {
    readonly arch: ArchName;
    readonly settings: ImageSettings;
    /** From the lowest. */
    readonly layers: readonly LayerRequest[];
  }[];
}

/** One layer to plan. */
export interface LayerRequest {
  /** What it holds, in a few words: its line in the image's history. */
  readonly title: string;
  readonly entries: readonly LayerEntry[];
  /** Debian packages whose files are in it, in the order they are unpacked. @default none */
  readonly packages?: readonly ContentRef[];
}

/** A package to plan. */
export interface PackageRequest {
  readonly format: PackageFormat;
  readonly spec: PackageSpec;
  /** The name of the component it is made of, if one. */
  readonly component?: string;
}
