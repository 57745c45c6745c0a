/** How a container of an image starts: what its configuration says beside layers, platform and dates. */
export interface ImageSettings {
  /** `uid:gid`. */
  readonly user: string;
  /** The program and its first arguments; empty for none. */
  readonly entrypoint: readonly string[];
  /** Arguments that whoever starts the container replaces. */
  readonly cmd: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** Absolute. */
  readonly workingDir: string;
}
