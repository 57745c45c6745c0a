import { compareText, type JsonObject } from '../model/json.ts';
import { asText, groupOf, objectIdentity } from './identity.ts';

/**
 * The order of apply, as waves of `group/Kind` (the core group is empty). What others refer to comes first; what can
 * refuse or answer other objects comes last, when what serves it runs. Two kinds are one wave when their order between
 * each other does not matter.
 */
const WAVES: readonly (readonly string[])[] = [
  ['/Namespace'],
  ['apiextensions.k8s.io/CustomResourceDefinition'],
  [
    'scheduling.k8s.io/PriorityClass',
    'node.k8s.io/RuntimeClass',
    'storage.k8s.io/CSIDriver',
    'storage.k8s.io/StorageClass',
    'storage.k8s.io/VolumeAttributesClass',
    'networking.k8s.io/IngressClass',
    'resource.k8s.io/DeviceClass',
    'flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration',
    'flowcontrol.apiserver.k8s.io/FlowSchema',
  ],
  // Before the pods they bound, so that no pod starts unbounded.
  ['/ResourceQuota', '/LimitRange', 'networking.k8s.io/NetworkPolicy'],
  ['/ServiceAccount'],
  ['rbac.authorization.k8s.io/ClusterRole', 'rbac.authorization.k8s.io/Role'],
  ['rbac.authorization.k8s.io/ClusterRoleBinding', 'rbac.authorization.k8s.io/RoleBinding'],
  ['/ConfigMap', '/Secret'],
  ['/PersistentVolume'],
  ['/PersistentVolumeClaim'],
  // Before the pods, which get their addresses as environment variables.
  ['/Service', '/Endpoints', 'discovery.k8s.io/EndpointSlice'],
  [
    '/Pod',
    '/PodTemplate',
    '/ReplicationController',
    'apps/ControllerRevision',
    'apps/DaemonSet',
    'apps/Deployment',
    'apps/ReplicaSet',
    'apps/StatefulSet',
    'batch/CronJob',
    'batch/Job',
  ],
  ['autoscaling/HorizontalPodAutoscaler', 'policy/PodDisruptionBudget'],
  ['networking.k8s.io/Ingress'],
];

/** Groups of Kubernetes itself; any other is a custom resource's, even where the kind has a built-in kind's name. */
const BUILT_IN_GROUPS: ReadonlySet<string> = new Set([
  '',
  'apps',
  'autoscaling',
  'batch',
  'policy',
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'apiregistration.k8s.io',
  'authentication.k8s.io',
  'authorization.k8s.io',
  'certificates.k8s.io',
  'coordination.k8s.io',
  'discovery.k8s.io',
  'events.k8s.io',
  'flowcontrol.apiserver.k8s.io',
  'internal.apiserver.k8s.io',
  'networking.k8s.io',
  'node.k8s.io',
  'rbac.authorization.k8s.io',
  'resource.k8s.io',
  'scheduling.k8s.io',
  'storage.k8s.io',
  'storagemigration.k8s.io',
]);

const OTHER_BUILT_IN_WAVE = WAVES.length;
const CUSTOM_WAVE = WAVES.length + 1;
const API_SERVICE_WAVE = WAVES.length + 2;
/** Admission: once it is there, everything else has to pass it. */
const ADMISSION_WAVE = WAVES.length + 3;

const WAVE_OF_KIND: ReadonlyMap<string, number> = new Map(
  WAVES.flatMap((kinds, wave) => kinds.map((kind) => [kind, wave] as const)),
);

/** The wave an object is applied in, from 0; objects of one wave do not wait for each other. */
export function waveOf(object: JsonObject): number {
  const group = groupOf(object);
  const wave = WAVE_OF_KIND.get(`${group}/${asText(object['kind'])}`);
  if (wave !== undefined) return wave;
  if (group === 'admissionregistration.k8s.io') return ADMISSION_WAVE;
  if (group === 'apiregistration.k8s.io') return API_SERVICE_WAVE;
  return isBuiltInGroup(group) ? OTHER_BUILT_IN_WAVE : CUSTOM_WAVE;
}

/** True for an API group that Kubernetes itself serves; false for one of custom resources. */
export function isBuiltInGroup(group: string): boolean {
  return BUILT_IN_GROUPS.has(group);
}

/** The objects in the order of apply: by wave, then by identity. The order they are given in does not matter. */
export function applyOrder(objects: readonly JsonObject[]): JsonObject[] {
  return objects
    .map((object) => ({ object, wave: waveOf(object), key: objectIdentity(object) }))
    .sort((a, b) => a.wave - b.wave || compareText(a.key, b.key))
    .map(({ object }) => object);
}
