import type { JsonObject } from '@distrokit/core';
import { corefile, type CorefileOptions } from './corefile.ts';

/** What the objects are made from. */
export interface CoreDnsObjectOptions extends CorefileOptions {
  /** The image's reference. */
  readonly image: string;
  readonly replicas: number;
  readonly clusterIP: string;
  readonly resources: JsonObject;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly tolerations: readonly JsonObject[];
}

/** The name that kubelets, monitoring and other installers know the cluster's DNS by, whichever program it is. */
const APP_LABEL = { 'k8s-app': 'kube-dns' };

const ROLE = 'system:coredns';
const ACCOUNT = 'coredns';
const namespace = 'kube-system';

/** Any user but root; the image has no users of its own. */
const USER = 65532;

/** Everything that CoreDNS needs in a cluster. */
export function coreDnsObjects(options: CoreDnsObjectOptions): readonly JsonObject[] {
  const objects = [
    serviceAccount(),
    clusterRole(),
    clusterRoleBinding(),
    configMap(options),
    deployment(options),
    service(options),
  ];
  return options.replicas > 1 ? [...objects, disruptionBudget()] : objects;
}

function metadata(name: string, labels: JsonObject = APP_LABEL): JsonObject {
  return { name, namespace, labels };
}

function serviceAccount(): JsonObject {
  return { apiVersion: 'v1', kind: 'ServiceAccount', metadata: metadata(ACCOUNT) };
}

/** What the `kubernetes` plugin watches; in its mode `pods insecure` it does not look at pods. */
function clusterRole(): JsonObject {
  const verbs = ['list', 'watch'];
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: ROLE, labels: APP_LABEL },
    rules: [
      { apiGroups: [''], resources: ['namespaces', 'services'], verbs },
      { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs },
    ],
  };
}

function clusterRoleBinding(): JsonObject {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: ROLE, labels: APP_LABEL },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: ROLE },
    subjects: [{ kind: 'ServiceAccount', name: ACCOUNT, namespace }],
  };
}

function configMap(options: CorefileOptions): JsonObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: metadata('coredns'), data: { Corefile: corefile(options) } };
}

function deployment(options: CoreDnsObjectOptions): JsonObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadata('coredns'),
    spec: {
      replicas: options.replicas,
      selector: { matchLabels: APP_LABEL },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 1 } },
      template: { metadata: { labels: APP_LABEL }, spec: podSpec(options) },
    },
  };
}

function podSpec({ image, resources, nodeSelector, tolerations }: CoreDnsObjectOptions): JsonObject {
  return {
    priorityClassName: 'system-cluster-critical',
    serviceAccountName: ACCOUNT,
    // The resolver of the node: asking the cluster's would be asking itself.
    dnsPolicy: 'Default',
    enableServiceLinks: false,
    nodeSelector,
    tolerations,
    topologySpreadConstraints: ['kubernetes.io/hostname', 'topology.kubernetes.io/zone'].map(spread),
    securityContext: {
      runAsNonRoot: true,
      runAsUser: USER,
      runAsGroup: USER,
      seccompProfile: { type: 'RuntimeDefault' },
      // Lets a process without capabilities listen on port 53, in this pod only.
      sysctls: [{ name: 'net.ipv4.ip_unprivileged_port_start', value: '53' }],
    },
    containers: [container(image, resources)],
    volumes: [{ name: 'config', configMap: { name: 'coredns', items: [{ key: 'Corefile', path: 'Corefile' }] } }],
  };
}

/** A preference, so that a cluster of one node has its DNS. */
function spread(topologyKey: string): JsonObject {
  return {
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: APP_LABEL },
    matchLabelKeys: ['pod-template-hash'],
  };
}

function container(image: string, resources: JsonObject): JsonObject {
  return {
    name: 'coredns',
    image,
    imagePullPolicy: 'IfNotPresent',
    args: ['-conf', '/etc/coredns/Corefile'],
    ports: [
      { name: 'dns', containerPort: 53, protocol: 'UDP' },
      { name: 'dns-tcp', containerPort: 53, protocol: 'TCP' },
      { name: 'metrics', containerPort: 9153, protocol: 'TCP' },
      { name: 'health', containerPort: 8080, protocol: 'TCP' },
      { name: 'ready', containerPort: 8181, protocol: 'TCP' },
    ],
    startupProbe: { httpGet: { path: '/health', port: 'health' }, periodSeconds: 2, failureThreshold: 30 },
    livenessProbe: {
      httpGet: { path: '/health', port: 'health' },
      periodSeconds: 10,
      timeoutSeconds: 5,
      failureThreshold: 5,
    },
    readinessProbe: { httpGet: { path: '/ready', port: 'ready' }, periodSeconds: 5 },
    resources,
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, readOnlyRootFilesystem: true },
    volumeMounts: [{ name: 'config', mountPath: '/etc/coredns', readOnly: true }],
  };
}

function service({ clusterIP }: CoreDnsObjectOptions): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadata('kube-dns', {
      ...APP_LABEL,
      'kubernetes.io/cluster-service': 'true',
      'kubernetes.io/name': 'CoreDNS',
    }),
    spec: {
      type: 'ClusterIP',
      clusterIP,
      selector: APP_LABEL,
      ports: [
        { name: 'dns', port: 53, targetPort: 'dns', protocol: 'UDP' },
        { name: 'dns-tcp', port: 53, targetPort: 'dns-tcp', protocol: 'TCP' },
        { name: 'metrics', port: 9153, targetPort: 'metrics', protocol: 'TCP' },
      ],
    },
  };
}

/** A drained node takes one replica at a time with it, and never waits for one that is broken. */
function disruptionBudget(): JsonObject {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: metadata('coredns'),
    spec: { maxUnavailable: 1, selector: { matchLabels: APP_LABEL }, unhealthyPodEvictionPolicy: 'AlwaysAllow' },
  };
}
