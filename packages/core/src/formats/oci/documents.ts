/** Names content by its digest. See descriptor.md of the image specification. */
export interface OciDescriptor {
  readonly mediaType: string;
  /** `sha256:` and 64 lower-case hexadecimal digits. */
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
  readonly platform?: OciPlatform;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** What machine an image is for. */
export interface OciPlatform {
  /** Go's name, such as `amd64`. */
  readonly architecture: string;
  readonly os: string;
  /** Of the CPU, such as `v8`. */
  readonly variant?: string;
}

/** An image index: one image for several platforms, or the root of a layout. See image-index.md. */
export interface OciIndex {
  readonly schemaVersion: 2;
  readonly mediaType: string;
  readonly manifests: readonly OciDescriptor[];
  readonly annotations?: Readonly<Record<string, string>>;
}

/** One image for one platform. See manifest.md. */
export interface OciManifest {
  readonly schemaVersion: 2;
  readonly mediaType: string;
  readonly config: OciDescriptor;
  /** From the lowest. */
  readonly layers: readonly OciDescriptor[];
  readonly annotations?: Readonly<Record<string, string>>;
}

/** How an image runs and what it is made of. See config.md. */
export interface OciConfig extends OciPlatform {
  /** `2026-11-21T00:00:00Z`. */
  readonly created: string;
  readonly config: {
    readonly User?: string;
    /** `NAME=value`. */
    readonly Env?: readonly string[];
    readonly Entrypoint?: readonly string[];
    readonly Cmd?: readonly string[];
    readonly WorkingDir?: string;
    readonly Labels?: Readonly<Record<string, string>>;
  };
  readonly rootfs: {
    readonly type: 'layers';
    /** The digest of each layer before it was compressed, from the lowest. */
    readonly diff_ids: readonly string[];
  };
  readonly history: readonly { readonly created: string; readonly created_by: string }[];
}

/** What is known of a layer that was written. */
export interface LayerAbout {
  readonly mediaType: string;
  /** Of the compressed archive. */
  readonly digest: string;
  readonly size: number;
  /** The digest of the archive itself. */
  readonly diffId: string;
}
