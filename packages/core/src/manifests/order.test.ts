import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../model/json.ts';
import { applyOrder } from './order.ts';

const object = (apiVersion: string, kind: string, name = 'a'): JsonObject => ({ apiVersion, kind, metadata: { name } });

/** One object of each wave, in the order of apply. */
const ORDERED: readonly JsonObject[] = [
  object('v1', 'Namespace'),
  object('apiextensions.k8s.io/v1', 'CustomResourceDefinition'),
  object('networking.k8s.io/v1', 'IngressClass'),
  object('node.k8s.io/v1', 'RuntimeClass'),
  object('scheduling.k8s.io/v1', 'PriorityClass'),
  object('storage.k8s.io/v1', 'StorageClass'),
  object('networking.k8s.io/v1', 'NetworkPolicy'),
  object('v1', 'ServiceAccount'),
  object('rbac.authorization.k8s.io/v1', 'ClusterRole'),
  object('rbac.authorization.k8s.io/v1', 'Role'),
  object('rbac.authorization.k8s.io/v1', 'ClusterRoleBinding'),
  object('rbac.authorization.k8s.io/v1', 'RoleBinding'),
  object('v1', 'ConfigMap'),
  object('v1', 'Secret'),
  object('v1', 'PersistentVolume'),
  object('v1', 'PersistentVolumeClaim'),
  object('v1', 'Service'),
  object('apps/v1', 'DaemonSet'),
  object('apps/v1', 'Deployment', 'a'),
  object('apps/v1', 'Deployment', 'b'),
  object('batch/v1', 'CronJob'),
  object('autoscaling/v2', 'HorizontalPodAutoscaler'),
  object('policy/v1', 'PodDisruptionBudget'),
  object('networking.k8s.io/v1', 'Ingress'),
  object('coordination.k8s.io/v1', 'Lease'),
  object('cert-manager.io/v1', 'Issuer'),
  object('serving.example/v1', 'Service'),
  object('apiregistration.k8s.io/v1', 'APIService'),
  object('admissionregistration.k8s.io/v1', 'MutatingWebhookConfiguration'),
  object('admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration'),
];

describe('applyOrder', () => {
  test('is the same whatever order the objects are given in', () => {
    const shuffled = fc.shuffledSubarray([...ORDERED], { minLength: ORDERED.length });
    fc.assert(
      fc.property(shuffled, (objects) => {
        expect(applyOrder(objects)).toEqual(ORDERED);
      }),
    );
  });

  test('takes no notice of the version within a group', () => {
    const old = object('policy/v1beta1', 'PodDisruptionBudget', 'a');
    const now = object('policy/v1', 'PodDisruptionBudget', 'b');
    expect(applyOrder([now, old])).toEqual([old, now]);
  });
});
