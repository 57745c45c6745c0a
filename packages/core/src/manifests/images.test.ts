import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../model/json.ts';
import { isImageReference } from '../model/image-reference.ts';
import { imagesOf } from './images.ts';

const pod = (image: string): JsonObject => ({ containers: [{ name: 'a', image }] });
const object = (apiVersion: string, kind: string, spec: JsonObject): JsonObject => ({
  apiVersion,
  kind,
  metadata: { name: 'a' },
  spec,
});

describe('imagesOf', () => {
  test('finds the images of every workload kind, each once, sorted', () => {
    const template = { template: { spec: pod('web:1') } };
    const objects = [
      object('v1', 'Pod', pod('pod:1')),
      ...['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'].map((kind) => object('apps/v1', kind, template)),
      object('batch/v1', 'Job', { template: { spec: pod('job') } }),
      object('batch/v1', 'CronJob', { jobTemplate: { spec: { template: { spec: pod('cron:1') } } } }),
      { apiVersion: 'v1', kind: 'PodTemplate', metadata: { name: 'a' }, template: { spec: pod('template:1') } },
      { apiVersion: 'v1', kind: 'List', items: [object('v1', 'Pod', pod('listed:1'))] },
    ];
    expect(imagesOf(objects)).toEqual(['cron:1', 'job', 'listed:1', 'pod:1', 'template:1', 'web:1']);
  });

  test('finds init and ephemeral containers and image volumes', () => {
    const spec = {
      ...pod('main:1'),
      initContainers: [{ name: 'b', image: 'init:1' }],
      ephemeralContainers: [{ name: 'c', image: 'debug:1' }],
      volumes: [
        { name: 'd', image: { reference: 'data.example/model:2', pullPolicy: 'Always' } },
        { name: 'e', emptyDir: {} },
      ],
    };
    expect(imagesOf([object('v1', 'Pod', spec)])).toEqual(['data.example/model:2', 'debug:1', 'init:1', 'main:1']);
  });

  test('in custom resources takes pod templates, and fields called image that look like a reference', () => {
    const spec = {
      image: 'quay.example/prometheus/prometheus:v3.1.0',
      machine: { image: 'debian' },
      logo: { image: 'https://example.com/logo.png' },
      vm: { image: 'Windows Server 2025' },
      node: { image: 'ubuntu/images/hvm-ssd-gp3/ubuntu-26.04-amd64-server' },
      host: { image: 'registry.example/untagged' },
      nested: [{ podTemplate: { spec: pod('debian') } }, { image: 'proxy:2' }],
    };
    expect(imagesOf([object('monitoring.example/v1', 'Prometheus', spec)])).toEqual([
      'debian',
      'proxy:2',
      'quay.example/prometheus/prometheus:v3.1.0',
      'registry.example/untagged',
    ]);
  });

  test('takes no field called image of a built-in kind that is not a container', () => {
    expect(
      imagesOf([{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { image: 'a/b:1' } }]),
    ).toEqual([]);
  });
});

describe('isImageReference', () => {
  const digest = `sha256:${'0'.repeat(64)}`;
  test.each([
    'a',
    'a/b',
    'a:1',
    'localhost:5000/a',
    'r.example/a/b__c.d-e:v1.2_3',
    `r.example/a@${digest}`,
    `a:1@${digest}`,
    '[::1]:5000/a',
    'R.Example/a',
  ])('takes %s', (text) => {
    expect(isImageReference(text)).toBe(true);
  });
  test.each([
    '',
    'A',
    'a b',
    'a:',
    'a:-1',
    'a/',
    '/a',
    'a//b',
    'https://a/b',
    'a@sha256:0',
    `a@${digest}@${digest}`,
    'a:1:2',
    '-a',
    'a..b',
    `a:${'x'.repeat(129)}`,
    '$(IMAGE)',
  ])('refuses %s', (text) => {
    expect(isImageReference(text)).toBe(false);
  });
  test('answers for hostile texts, where a careless pattern would outlast the test', () => {
    for (const text of [`${'a-'.repeat(250)}!`, `${'a.'.repeat(250)}/!`, `${'0'.repeat(511)}!`])
      expect(isImageReference(text)).toBe(false);
  });
});
