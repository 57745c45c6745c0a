/** What {@link aptSources} takes. */
export interface AptSourcesOptions {
  /** The address of the repository. */
  readonly url: string;
  readonly suite: string;
  /** @default ['main'] */
  readonly components?: readonly string[];
  /** Debian's names of the architectures; every one that the machine has when absent. */
  readonly architectures?: readonly string[];
  /** The path of the keyring on the machine. */
  readonly signedBy: string;
}

/** The text of a file for `/etc/apt/sources.list.d/NAME.sources`. See sources.list(5), "deb822-style format". */
export function aptSources(options: AptSourcesOptions): string {
  const { url, suite, components = ['main'], architectures, signedBy } = options;
  return [
    'Types: deb',
    `URIs: ${url}`,
    `Suites: ${suite}`,
    `Components: ${components.join(' ')}`,
    ...(architectures === undefined ? [] : [`Architectures: ${architectures.join(' ')}`]),
    `Signed-By: ${signedBy}`,
    '',
  ].join('\n');
}
