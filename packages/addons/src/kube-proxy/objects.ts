import type { JsonObject } from '@distrokit/core';

/** What the objects are made from. */
export interface KubeProxyObjectOptions {
  /** The image's reference. */
  readonly image: string;
  /** `host:port` of the API server, as nodes reach it. */
  readonly controlPlaneEndpoint: string;
  readonly mode: 'iptables' | 'nftables' | 'ipvs';
  readonly clusterCidr?: string | undefined;
}

const namespace = 'kube-system';
const NAME = 'kube-proxy';
const LABEL = { 'k8s-app': NAME };
const CONFIG = '/var/lib/kube-proxy';
const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Everything that kube-proxy needs in a cluster. */
export function kubeProxyObjects(options: KubeProxyObjectOptions): readonly JsonObject[] {
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: metadata() },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: 'kube-proxy', labels: LABEL },
      // The API server makes this role itself.
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'system:node-proxier' },
      subjects: [{ kind: 'ServiceAccount', name: NAME, namespace }],
    },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: metadata(),
      data: { 'config.conf': text(configuration(options)), 'kubeconfig.conf': text(kubeconfig(options)) },
    },
    daemonSet(options),
  ];
}

function metadata(): JsonObject {
  return { name: NAME, namespace, labels: LABEL };
}

/** JSON is YAML, and reads as well. */
function text(value: JsonObject): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

function configuration({ mode, clusterCidr }: KubeProxyObjectOptions): JsonObject {
  return {
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    mode,
    ...(clusterCidr === undefined ? {} : { clusterCIDR: clusterCidr }),
    clientConnection: { kubeconfig: `${CONFIG}/kubeconfig.conf` },
  };
}

/** It cannot reach the API server through the Service that it serves itself. */
function kubeconfig({ controlPlaneEndpoint }: KubeProxyObjectOptions): JsonObject {
  const cluster = { server: `https://${controlPlaneEndpoint}`, 'certificate-authority': `${ACCOUNT}/ca.crt` };
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'default', cluster }],
    users: [{ name: 'default', user: { tokenFile: `${ACCOUNT}/token` } }],
    contexts: [{ name: 'default', context: { cluster: 'default', user: 'default' } }],
    'current-context': 'default',
  };
}

function daemonSet({ image }: KubeProxyObjectOptions): JsonObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: metadata(),
    spec: {
      selector: { matchLabels: LABEL },
      updateStrategy: { type: 'RollingUpdate' },
      template: { metadata: { labels: LABEL }, spec: podSpec(image) },
    },
  };
}

function podSpec(image: string): JsonObject {
  return {
    priorityClassName: 'system-node-critical',
    serviceAccountName: NAME,
    hostNetwork: true,
    nodeSelector: { 'kubernetes.io/os': 'linux' },
    tolerations: [{ operator: 'Exists' }],
    containers: [
      {
        name: NAME,
        image,
        imagePullPolicy: 'IfNotPresent',
        args: [`--config=${CONFIG}/config.conf`, '--hostname-override=$(NODE_NAME)'],
        env: [{ name: 'NODE_NAME', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } }],
        // It changes the rules and settings of the node's network.
        securityContext: { privileged: true },
        volumeMounts: [
          { name: 'config', mountPath: CONFIG, readOnly: true },
          { name: 'xtables-lock', mountPath: '/run/xtables.lock' },
          { name: 'modules', mountPath: '/lib/modules', readOnly: true },
        ],
      },
    ],
    volumes: [
      { name: 'config', configMap: { name: NAME } },
      { name: 'xtables-lock', hostPath: { path: '/run/xtables.lock', type: 'FileOrCreate' } },
      { name: 'modules', hostPath: { path: '/lib/modules' } },
    ],
  };
}
