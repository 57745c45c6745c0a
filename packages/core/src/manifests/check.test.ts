import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../model/json.ts';
import { checkObjects, collectObjects } from './check.ts';

const config = (name: string, data: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'a' },
  data,
});

/** A ConfigMap that JSON cannot hold, which the types would not let us write. */
const withData = (value: unknown): JsonObject => config('c', { bad: [value] as never });

const messages = (...objects: JsonObject[]): string[] => checkObjects(objects).map(({ message }) => message);

describe('checkObjects', () => {
  test('takes sound objects', () => {
    expect(
      checkObjects([config('a'), config('b'), { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'a' } }]),
    ).toEqual([]);
  });

  test('reports every problem at once, naming index, kind and name', () => {
    const problems = checkObjects([
      { kind: 'Service', metadata: { name: 'web' } },
      { apiVersion: 'v1', metadata: { name: 'x' } },
      { apiVersion: 'v1', kind: 'Pod', metadata: { namespace: 'Not_Valid' } },
    ]);
    expect(problems.map(({ code, message }) => `${code} ${message}`)).toEqual([
      'OBJECT_INVALID object 0 (Service web): apiVersion is missing',
      'OBJECT_INVALID object 1 (x): kind is missing',
      'OBJECT_INVALID object 2 (Pod): metadata.name is missing',
      'OBJECT_INVALID object 2 (Pod): metadata.namespace is "Not_Valid"',
    ]);
    expect(problems.every(({ hint }) => hint !== undefined)).toBe(true);
  });

  test('refuses generateName and says why', () => {
    expect(messages({ apiVersion: 'batch/v1', kind: 'Job', metadata: { generateName: 'run-' } })).toEqual([
      'object 0 (Job): metadata.generateName makes a new object at every apply',
    ]);
  });

  test.each(['', '.', '..', 'a/b', '100%', 'a b', 'x'.repeat(254)])('refuses the name %j', (name) => {
    expect(messages(config(name))).toHaveLength(1);
  });

  test('takes the names of RBAC', () => {
    expect(
      messages({
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRole',
        metadata: { name: 'system:coredns' },
      }),
    ).toEqual([]);
  });

  test('refuses labels and annotations that are not texts', () => {
    const metadata = { name: 'a', labels: { app: true, ok: 'x' }, annotations: { 'prometheus.io/port': 9153 } };
    expect(messages({ apiVersion: 'v1', kind: 'Service', metadata })).toEqual([
      'object 0 (Service a): metadata.labels["app"] is true, not a text',
      'object 0 (Service a): metadata.annotations["prometheus.io/port"] is 9153, not a text',
    ]);
  });

  test.each([
    [Number.NaN, 'NaN'],
    [Number.NEGATIVE_INFINITY, '-Infinity'],
    [10n, 'a bigint'],
    [undefined, 'undefined'],
    [Symbol('x'), 'a symbol'],
    [(): void => {}, 'a function'],
    [new Date(0), 'a Date'],
    [new Map(), 'a Map'],
    ['\ud800', 'a text that is not Unicode (half a surrogate pair)'],
    [{ '\udc00': 1 }, 'a key that is not Unicode'],
    [JSON.parse('['.repeat(300) + ']'.repeat(300)) as unknown, 'more than 200 levels'],
  ])('refuses what JSON cannot hold: %o', (value, what) => {
    expect(messages(withData(value))).toEqual([
      expect.stringContaining(`object 0 (ConfigMap c) holds ${what} at data.bad[0]`),
    ]);
  });

  test('refuses a circle and a hole, and takes a shared part', () => {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    expect(messages(withData(circle))).toEqual(['object 0 (ConfigMap c) holds a circle at data.bad[0].self']);
    // oxlint-disable-next-line no-sparse-arrays
    expect(messages(withData([1, , 2]))).toEqual(['object 0 (ConfigMap c) holds undefined at data.bad[0][1]']);
    const shared = { a: 1 };
    expect(messages(withData([shared, shared]))).toEqual([]);
  });

  test('refuses what is not a mapping', () => {
    expect(messages(...([null, 'text', [], undefined] as never[]))).toEqual([
      'object 0 is not a mapping',
      'object 1 is not a mapping',
      'object 2 is not a mapping',
      'object 3 holds undefined at its top',
    ]);
  });

  test('finds two different objects of one identity, across versions of a group', () => {
    const budget = (version: string): JsonObject => ({
      apiVersion: `policy/${version}`,
      kind: 'PodDisruptionBudget',
      metadata: { name: 'web' },
    });
    expect(checkObjects([budget('v1beta1'), config('x'), budget('v1')])).toEqual([
      {
        code: 'OBJECT_COLLISION',
        message:
          'object 2 (PodDisruptionBudget web) differs from object 0 of the same identity policy/PodDisruptionBudget//web',
        hint: 'rename one of them, or put both into one object',
      },
    ]);
  });

  test('does not confuse equal names of other kinds, groups or namespaces', () => {
    const named = (apiVersion: string, kind: string, namespace: string): JsonObject => ({
      apiVersion,
      kind,
      metadata: { name: 'a', namespace },
    });
    expect(
      messages(
        named('v1', 'Service', 'x'),
        named('v1', 'Service', 'y'),
        named('serving.example/v1', 'Service', 'x'),
        named('v1', 'Secret', 'x'),
      ),
    ).toEqual([]);
  });
});

describe('collectObjects', () => {
  test('drops identical duplicates silently, whatever the order of their keys', () => {
    const { objects, problems } = collectObjects([
      config('a', { x: '1', y: '2' }),
      config('b'),
      config('a', { y: '2', x: '1' }),
    ]);
    expect(problems).toEqual([]);
    expect(objects).toEqual([config('a', { x: '1', y: '2' }), config('b')]);
  });

  test('flattens lists inside lists, and gives the items of a typed list their kind', () => {
    const list: JsonObject = {
      apiVersion: 'v1',
      kind: 'List',
      items: [config('a'), { apiVersion: 'v1', kind: 'ConfigMapList', items: [{ metadata: { name: 'b' } }] }],
    };
    const { objects, problems } = collectObjects([list]);
    expect(problems).toEqual([]);
    expect(objects).toEqual([config('a'), { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'b' } }]);
  });

  test('says where in a list a problem is', () => {
    expect(
      messages(config('z'), {
        apiVersion: 'v1',
        kind: 'List',
        items: [config('a'), { apiVersion: 'v1', kind: 'Pod' }, 'x'],
      }),
    ).toEqual(['object 1.items[1] (Pod): metadata.name is missing', 'object 1.items[2] is not a mapping']);
  });

  test('leaves a custom kind alone whose name happens to end in List', () => {
    const allowList: JsonObject = {
      apiVersion: 'net.example/v1',
      kind: 'AllowList',
      metadata: { name: 'a' },
      spec: { items: [] },
    };
    expect(collectObjects([allowList]).objects).toEqual([allowList]);
  });
});
