import { goModule, url } from './declare-source.ts';
import type { KernelSource } from './kernel.ts';

/** What {@link kubernetes.fromUpstream} takes. */
export interface UpstreamOptions {
  /** Where the release binaries are served. @default 'https://dl.k8s.io/release' */
  readonly baseUrl?: string;
}

/** The sources of a kernel. */
export const kubernetes = {
  /**
   * Every component built from the published Go module `k8s.io/kubernetes`, with the tags and version variables of
   * upstream's own build (`hack/lib/golang.sh`, `hack/lib/version.sh`). All are static: upstream's kubelet is not, but
   * links nothing that the module needs.
   */
  fromGoModule(): KernelSource {
    return (component, version) =>
      goModule('k8s.io/kubernetes', {
        commands: [`./cmd/${component}`],
        replaces: 'staging',
        tags: ['grpcnotrace', 'notest', 'selinux'],
        variables: versionVariables(version),
      });
  },

  /** Every component downloaded as upstream released it, checked against the sha256 that upstream publishes beside it. */
  fromUpstream(options: UpstreamOptions = {}): KernelSource {
    const base = (options.baseUrl ?? 'https://dl.k8s.io/release').replace(/\/+$/u, '');
    return (component) =>
      url({ [component]: `${base}/v{version}/bin/linux/{arch}/${component}` }, { sha256From: '{url}.sha256' });
  },
} as const;

/**
 * What `kubectl version` and the servers' `/version` report. The commit is not known from a module; the build date is left
 * at upstream's default, so that a new release of the same kernel is the same binaries.
 */
function versionVariables(version: string): Readonly<Record<string, string>> {
  const [major = '', minor = ''] = version.split('.');
  const values = {
    gitCommit: '',
    gitMajor: major,
    gitMinor: minor,
    gitTreeState: 'clean',
    gitVersion: 'v{version}',
  };
  const packages = ['k8s.io/client-go/pkg/version', 'k8s.io/component-base/version'];
  return Object.fromEntries(
    packages.flatMap((path) => Object.entries(values).map(([name, value]) => [`${path}.${name}`, value])),
  );
}
