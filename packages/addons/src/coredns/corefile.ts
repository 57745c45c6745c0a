/** What a {@link corefile} says. */
export interface CorefileOptions {
  /** The zone of the cluster's services, such as `cluster.local`. */
  readonly clusterDomain: string;
  /** Who is asked for every other name: addresses, or the path of a resolv.conf. */
  readonly upstream: readonly string[];
}

/** CoreDNS's configuration as a cluster's DNS ({@link https://github.com/kubernetes/dns/blob/master/docs/specification.md}). */
export function corefile({ clusterDomain, upstream }: CorefileOptions): string {
  return `# One server for the cluster's zone, the zones of its addresses, and everything else.
.:53 {
    errors
    health {
        lameduck 5s
    }
    ready
    kubernetes ${clusterDomain} in-addr.arpa ip6.arpa {
        pods insecure
        fallthrough in-addr.arpa ip6.arpa
        ttl 30
    }
    prometheus :9153
    forward . ${upstream.join(' ')} {
        max_concurrent 1000
    }
    # Names of the cluster are answered from memory already; cached, a new service would stay unknown.
    cache 30 {
        disable success ${clusterDomain}
        disable denial ${clusterDomain}
    }
    loop
    reload
    loadbalance
}
`;
}
