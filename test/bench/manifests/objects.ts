import type { JsonObject } from '../../../packages/core/src/model/json.ts';

/** `count` objects of eight kinds, as real add-ons have them; the same ones at every call. */
export function mixedObjects(count: number): JsonObject[] {
  return Array.from({ length: count }, (_, index) => {
    const make = KINDS[index % KINDS.length] as (name: string, namespace: string) => JsonObject;
    return make(`app-${index}`, `team-${index % 40}`);
  });
}

const labels = (name: string): JsonObject => ({
  'app.kubernetes.io/name': name,
  'app.kubernetes.io/part-of': 'bench',
  'app.kubernetes.io/version': '1.36.3',
});

const metadata = (name: string, namespace: string): JsonObject => ({ name, namespace, labels: labels(name) });

const KINDS: readonly ((name: string, namespace: string) => JsonObject)[] = [
  (name, namespace) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadata(name, namespace),
    spec: {
      replicas: 2,
      selector: { matchLabels: { 'app.kubernetes.io/name': name } },
      template: { metadata: { labels: labels(name) }, spec: podSpec(name) },
    },
  }),
  (name, namespace) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadata(name, namespace),
    spec: {
      selector: { 'app.kubernetes.io/name': name },
      ports: [{ name: 'http', port: 80, protocol: 'TCP', targetPort: 'http' }],
    },
  }),
  (name, namespace) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: metadata(name, namespace),
    data: { 'app.yaml': `server:\n  name: ${name}\n  port: 8080\nlog: {level: info}\n`, enabled: 'yes', retries: '3' },
  }),
  (name, namespace) => ({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: metadata(name, namespace),
    automountServiceAccountToken: false,
  }),
  (name, namespace) => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: metadata(name, namespace),
    rules: [
      { apiGroups: [''], resources: ['configmaps', 'secrets'], verbs: ['get', 'list', 'watch'] },
      { apiGroups: ['apps'], resources: ['deployments'], verbs: ['*'] },
    ],
  }),
  (name, namespace) => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: metadata(name, namespace),
    spec: {
      podSelector: {},
      policyTypes: ['Ingress'],
      ingress: [{ from: [{ namespaceSelector: {} }], ports: [{ port: 8080, protocol: 'TCP' }] }],
    },
  }),
  (name, namespace) => ({
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: metadata(name, namespace),
    spec: { maxUnavailable: 1, selector: { matchLabels: { 'app.kubernetes.io/name': name } } },
  }),
  (name, namespace) => ({
    apiVersion: 'bench.example/v1alpha1',
    kind: 'Widget',
    metadata: metadata(name, namespace),
    spec: {
      size: 3,
      ratio: 0.5,
      color: 'null',
      schedule: '*/5 * * * *',
      tags: ['a', 'b', 'c'],
      nested: { deep: { deeper: [{ x: 1 }, { x: 2 }] } },
    },
  }),
];

function podSpec(name: string): JsonObject {
  return {
    serviceAccountName: name,
    containers: [
      {
        name: 'app',
        image: `registry.bench.example/${name}:1.36.3`,
        args: ['--config=/etc/app/app.yaml', '--v=2'],
        env: [{ name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }],
        ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }],
        livenessProbe: { httpGet: { path: '/healthz', port: 'http' }, periodSeconds: 10 },
        resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '128Mi' } },
        securityContext: {
          allowPrivilegeEscalation: false,
          capabilities: { drop: ['ALL'] },
          readOnlyRootFilesystem: true,
        },
        volumeMounts: [{ name: 'config', mountPath: '/etc/app', readOnly: true }],
      },
    ],
    volumes: [{ name: 'config', configMap: { name } }],
  };
}
