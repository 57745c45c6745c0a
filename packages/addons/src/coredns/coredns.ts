import { AddOn, Component, goModule, type JsonObject, type Problem } from '@distrokit/core';
import type { Construct } from 'constructs';
import { z } from 'zod';
import { companionsOf } from '../kernel-versions.ts';
import { coreDnsObjects } from './objects.ts';
import { CORE_DNS_VERSIONS } from './versions.ts';

/** Settings of {@link CoreDns}. */
export interface CoreDnsProps {
  /** @default the version that kubeadm of the distribution's kernel expects */
  readonly version?: string;
  /** The kernels you have tested the version with, as a semver range. @default what the versions table says */
  readonly kernels?: string;
  /** With more than one there is a disruption budget too. @default 2 */
  readonly replicas?: number;
  /** The zone of the cluster's services; the kubelets' `clusterDomain`. @default 'cluster.local' */
  readonly clusterDomain?: string;
  /** The address of the Service: the kubelets' `clusterDNS`, the tenth of the service subnet. @default '10.96.0.10' */
  readonly clusterIP?: string;
  /** Who is asked for names outside of the cluster: addresses, `tls://` ones too, or the path of a resolv.conf. @default the node's resolvers */
  readonly upstream?: readonly string[];
  /** @default 100m CPU and 70Mi of memory requested, at most 170Mi of memory */
  readonly resources?: CoreDnsResources;
  /** Labels of the nodes it may run on. @default every Linux node */
  readonly nodeSelector?: Readonly<Record<string, string>>;
  /** Taints that it bears. @default those of control-plane nodes and of nodes for critical add-ons */
  readonly tolerations?: readonly CoreDnsToleration[];
}

/** What each replica is given, as Kubernetes quantities: `{ requests: { cpu: '100m' } }`. */
export interface CoreDnsResources {
  readonly requests?: Readonly<Record<string, string>>;
  readonly limits?: Readonly<Record<string, string>>;
}

/** A toleration as pods have it. */
export interface CoreDnsToleration {
  readonly key?: string;
  readonly operator?: 'Exists' | 'Equal';
  readonly value?: string;
  readonly effect?: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
}

const quantities = z.record(z.string(), z.string());

const schema: z.ZodType<CoreDnsProps> = z.strictObject({
  version: z.string().exactOptional(),
  kernels: z.string().exactOptional(),
  replicas: z.number().int().min(1).max(1000).exactOptional(),
  clusterDomain: z
    .string()
    .regex(/^[a-z0-9-]+(?:\.[a-z0-9-]+)*$/, 'must be a DNS zone such as cluster.local')
    .exactOptional(),
  clusterIP: z.union([z.ipv4(), z.ipv6()], 'must be an IP address').exactOptional(),
  upstream: z
    .array(z.string().regex(/^[A-Za-z0-9.:/[\]%_-]+$/, 'must be an address or a path'))
    .min(1)
    .max(15)
    .exactOptional(),
  resources: z
    .strictObject({ requests: quantities.exactOptional(), limits: quantities.exactOptional() })
    .exactOptional(),
  nodeSelector: z.record(z.string(), z.string()).exactOptional(),
  tolerations: z
    .array(
      z.strictObject({
        key: z.string().exactOptional(),
        operator: z.enum(['Exists', 'Equal']).exactOptional(),
        value: z.string().exactOptional(),
        effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']).exactOptional(),
      }),
    )
    .exactOptional(),
});

const RESOURCES: CoreDnsResources = { requests: { cpu: '100m', memory: '70Mi' }, limits: { memory: '170Mi' } };

const TOLERATIONS: readonly CoreDnsToleration[] = [
  { key: 'CriticalAddonsOnly', operator: 'Exists' },
  { key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' },
];

/**
 * The cluster's DNS: CoreDNS, built from source, with the objects that run it as `kube-dns` in `kube-system`. It runs
 * without root and without a capability.
 */
export class CoreDns extends AddOn {
  readonly version: string;
  readonly props: CoreDnsProps;

  constructor(scope: Construct, id: string, props: CoreDnsProps = {}) {
    const version = props.version ?? companionsOf(scope).coreDns;
    super(scope, id, {
      version,
      kernels: props.kernels ?? CORE_DNS_VERSIONS[version]?.kernels ?? '*',
      owner: 'distrokit',
      upstream: 'https://coredns.io',
    });
    this.version = version;
    this.props = this.checkProps(schema, props);
    if (this.propProblems.length > 0) return;
    const coredns = new Component(this, 'coredns', {
      version,
      // Without gRPC's tracing, as upstream builds it: it keeps the linker from dropping code that nothing calls.
      source: goModule('github.com/coredns/coredns', { commands: { coredns: '.' }, tags: ['grpcnotrace'] }),
      summary: 'DNS server that chains plugins',
      homepage: 'https://coredns.io',
    });
    this.manifest(
      ...coreDnsObjects({
        image: this.image('coredns', coredns, { tag: `v${version}` }).reference,
        replicas: props.replicas ?? 2,
        clusterDomain: props.clusterDomain ?? 'cluster.local',
        clusterIP: props.clusterIP ?? '10.96.0.10',
        upstream: props.upstream ?? ['/etc/resolv.conf'],
        resources: (props.resources ?? RESOURCES) as JsonObject,
        nodeSelector: props.nodeSelector ?? { 'kubernetes.io/os': 'linux' },
        tolerations: (props.tolerations ?? TOLERATIONS) as readonly JsonObject[],
      }),
    );
  }

  override check(): readonly Omit<Problem, 'path'>[] {
    if (this.props.kernels !== undefined || CORE_DNS_VERSIONS[this.version] !== undefined) return super.check();
    return [
      {
        code: 'SOURCE_VERSION_UNKNOWN',
        message: `which kernels CoreDNS ${this.version} fits is not known`,
        hint: `known: ${Object.keys(CORE_DNS_VERSIONS).join(', ')}; or say what you have tested: kernels: '>=1.36 <1.37'`,
      },
    ];
  }
}
