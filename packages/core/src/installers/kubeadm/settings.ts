/**
 * What kubeadm's configuration is rendered from, in kubeadm's own words where it has them
 * ({@link https://kubernetes.io/docs/reference/config-api/kubeadm-config.v1beta4/}). It is of the release, not of one
 * cluster or node, and holds no secret: what an operator has to fill in is marked in the rendered files.
 */
export interface KubeadmSettings {
  /** The Kubernetes version without a leading `v`, from 1.31 on. */
  readonly kubernetesVersion: string;
  /** @default 'kubernetes', by kubeadm */
  readonly clusterName?: string;
  /** The repository of every image that has none of its own, such as `registry.example/kubernetes`. @default 'registry.k8s.io', by kubeadm */
  readonly imageRepository?: string;
  /** The stable address of the control plane, `host` or `host:port`. A second control-plane node needs it. */
  readonly controlPlaneEndpoint?: string;
  /** The address that the first API server tells others. @default the address of the node's default route, by kubeadm */
  readonly advertiseAddress?: string;
  /** The port of every API server. @default 6443, by kubeadm */
  readonly bindPort?: number;
  readonly networking?: NetworkingSettings;
  readonly apiServer?: ApiServerSettings;
  readonly controllerManager?: ControlPlaneSettings;
  readonly scheduler?: ControlPlaneSettings;
  /** One of: an etcd on the control-plane nodes, an etcd that is there already. @default a local one with kubeadm's own image */
  readonly etcd?: { readonly local?: LocalEtcdSettings; readonly external?: ExternalEtcdSettings };
  readonly dns?: ImageSettings & { readonly disabled?: boolean };
  readonly proxy?: ProxySettings;
  readonly kubelet?: KubeletSettings;
  /** Said of every node. Its name is given on the command line: `--node-name`. */
  readonly nodeRegistration?: NodeRegistrationSettings;
  /** By the role of the node; an empty list is no taint at all. @default kubeadm's own on control-plane nodes */
  readonly taints?: { readonly controlPlane?: readonly Taint[]; readonly worker?: readonly Taint[] };
  /** Phases left out, such as `addon/kube-proxy`, by the command. */
  readonly skipPhases?: { readonly init?: readonly string[]; readonly join?: readonly string[] };
  /**
   * Images of static pods by their full references, which kubeadm's own configuration cannot hold: they become patches
   * for the directory of `patches`.
   */
  readonly staticPodImages?: Readonly<Partial<Record<StaticPod, string>>>;
  /** A directory on the nodes with patches for what kubeadm writes. @default '/etc/kubernetes/patches' where there are some, on control-plane nodes */
  readonly patches?: { readonly directory: string };
  /** As Go durations, such as `4m0s`. */
  readonly timeouts?: Readonly<Partial<Record<KubeadmTimeout, string>>>;
  readonly certificatesDir?: string;
  readonly encryptionAlgorithm?: 'RSA-2048' | 'RSA-3072' | 'RSA-4096' | 'ECDSA-P256' | 'ECDSA-P384';
  /** A Go duration, such as `8760h`. */
  readonly certificateValidityPeriod?: string;
  /** A Go duration, such as `87600h`. */
  readonly caCertificateValidityPeriod?: string;
  /** kubeadm's own feature gates. */
  readonly featureGates?: Readonly<Record<string, boolean>>;
  /**
   * Joining nodes read the cluster's address and CA, and their credentials, from this kubeconfig: an absolute path on
   * the node or an https URL. @default a bootstrap token, which the operator fills in
   */
  readonly discoveryFile?: string;
}

/** The static pods that kubeadm writes, by the names that its patches know them by. */
export const STATIC_PODS = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] as const;

/** The name of a static pod. */
export type StaticPod = (typeof STATIC_PODS)[number];

/** One or two subnets (IPv4 and IPv6) each, separated by a comma. */
export interface NetworkingSettings {
  readonly podSubnet?: string;
  /** @default '10.96.0.0/12', by kubeadm */
  readonly serviceSubnet?: string;
  /** @default 'cluster.local', by kubeadm */
  readonly dnsDomain?: string;
}

/** What kubeadm lets one set of a static pod. */
export interface ControlPlaneSettings {
  readonly extraArgs?: ExtraArgs;
  readonly extraVolumes?: readonly HostPathMount[];
  readonly extraEnvs?: Readonly<Record<string, string>>;
}

/** The API server's settings. */
export interface ApiServerSettings extends ControlPlaneSettings {
  /** Further names and addresses in its serving certificate. */
  readonly certSANs?: readonly string[];
}

/** Flags by name, without dashes; a list repeats the flag. Rendered sorted by name. */
export type ExtraArgs = Readonly<Record<string, string | readonly string[]>>;

/** A directory or file of the node, mounted into a static pod. */
export interface HostPathMount {
  readonly name: string;
  readonly hostPath: string;
  readonly mountPath: string;
  readonly readOnly?: boolean;
  readonly pathType?:
    | 'DirectoryOrCreate'
    | 'Directory'
    | 'FileOrCreate'
    | 'File'
    | 'Socket'
    | 'CharDevice'
    | 'BlockDevice';
}

/** Where an image is, if not where the others are. */
export interface ImageSettings {
  /** Without the image's own name. @default imageRepository */
  readonly imageRepository?: string;
  /** @default the one this kubeadm was built for */
  readonly imageTag?: string;
}

/** An etcd on each control-plane node. */
export interface LocalEtcdSettings extends ImageSettings {
  /** @default '/var/lib/etcd', by kubeadm */
  readonly dataDir?: string;
  readonly extraArgs?: ExtraArgs;
  readonly extraEnvs?: Readonly<Record<string, string>>;
  readonly serverCertSANs?: readonly string[];
  readonly peerCertSANs?: readonly string[];
}

/** An etcd that kubeadm does not manage. The files are paths on the control-plane nodes. */
export interface ExternalEtcdSettings {
  readonly endpoints: readonly string[];
  readonly caFile?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
}

/** kube-proxy, as an add-on of kubeadm. */
export interface ProxySettings {
  /** Nothing of kube-proxy is installed. @default false */
  readonly disabled?: boolean;
  /** @default 'iptables' */
  readonly mode?: 'iptables' | 'nftables' | 'ipvs';
  /** Further fields of its `KubeProxyConfiguration`. */
  readonly fields?: Fields;
}

/** The kubelet of every node. */
export interface KubeletSettings {
  /** Must be the container runtime's. @default 'systemd' */
  readonly cgroupDriver?: 'systemd' | 'cgroupfs';
  /** False lets the kubelet start on a node with cgroup v1. @default true from Kubernetes 1.35 on, by the kubelet */
  readonly failCgroupV1?: boolean;
  /** Further fields of its `KubeletConfiguration`. */
  readonly fields?: Fields;
}

/** Fields of a component's own configuration, passed on as they are. */
export type Fields = Readonly<Record<string, unknown>>;

/** How a node is registered. */
export interface NodeRegistrationSettings {
  /** @default the one socket that kubeadm finds */
  readonly criSocket?: string;
  readonly kubeletExtraArgs?: ExtraArgs;
  readonly ignorePreflightErrors?: readonly string[];
  readonly imagePullPolicy?: 'Always' | 'IfNotPresent' | 'Never';
  /** @default true, by kubeadm */
  readonly imagePullSerial?: boolean;
}

/** A taint that a node is registered with. */
export interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
}

/** What kubeadm waits for, in the order of its documentation. */
export const KUBEADM_TIMEOUTS = [
  'controlPlaneComponentHealthCheck',
  'kubeletHealthCheck',
  'kubernetesAPICall',
  'etcdAPICall',
  'tlsBootstrap',
  'discovery',
  'upgradeManifests',
] as const;

/** The name of a timeout. */
export type KubeadmTimeout = (typeof KUBEADM_TIMEOUTS)[number];
