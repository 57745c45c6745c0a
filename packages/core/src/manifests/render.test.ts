import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { JsonObject } from '../model/json.ts';
import { renderManifests } from './render.ts';

const object = (apiVersion: string, kind: string, name: string): JsonObject => ({
  apiVersion,
  kind,
  metadata: { name },
});
const names = (...objects: JsonObject[]): string[] => Object.keys(renderManifests(objects));

describe('renderManifests', () => {
  test('gives one file an object, numbered in the order of apply', () => {
    const files = renderManifests([
      object('apps/v1', 'Deployment', 'coredns'),
      object('rbac.authorization.k8s.io/v1', 'ClusterRole', 'system:coredns'),
      object('v1', 'ServiceAccount', 'coredns'),
    ]);
    expect(files).toEqual({
      '0001-serviceaccount-coredns.yaml': 'apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: coredns\n',
      '0002-clusterrole-system-coredns.yaml':
        'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n  name: system:coredns\n',
      '0003-deployment-coredns.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: coredns\n',
    });
  });

  test('gives names that are distinct, safe and sorted, whatever the objects are called', () => {
    const name = fc.oneof(
      fc.string({ unit: 'grapheme', minLength: 1 }),
      fc.constantFrom('...', 'a..b', '../x', 'é'.repeat(250), 'x'.repeat(253), '-', 'A:B'),
    );
    fc.assert(
      fc.property(
        fc.uniqueArray(
          name.filter((text) => !/^\.\.?$|[/%\s]/.test(text) && text.length <= 253 && text.isWellFormed()),
          { maxLength: 12 },
        ),
        (given) => {
          const files = names(...given.map((text) => object('v1', 'Secret', text)));
          expect(files).toHaveLength(given.length);
          expect(files).toEqual(files.toSorted());
          for (const file of files) {
            expect(file).toMatch(/^[0-9]{4}-[a-z0-9]+(?:[.-][a-z0-9-]+)*\.yaml$/);
            expect(file.length).toBeLessThanOrEqual(200);
          }
        },
      ),
    );
  });

  test('is the same for lists, duplicates, other orders of objects and of keys', () => {
    const a = object('v1', 'Secret', 'a');
    const b = { ...object('v1', 'Secret', 'b'), data: { x: 'eA==', y: 'eQ==' } };
    const reversed = { data: { y: 'eQ==', x: 'eA==' }, metadata: { name: 'b' }, kind: 'Secret', apiVersion: 'v1' };
    const plain = renderManifests([a, b]);
    const other = renderManifests([reversed, { apiVersion: 'v1', kind: 'List', items: [b, a] }, a]);
    expect(JSON.stringify(other)).toBe(JSON.stringify(plain));
  });

  test('throws every problem at once', () => {
    const bad = [object('v1', 'Pod', '..'), object('v1', 'Secret', 'a'), { ...object('v1', 'Secret', 'a'), data: {} }];
    expect(() => renderManifests(bad)).toThrow(
      expect.objectContaining({
        problems: [
          expect.objectContaining({ code: 'OBJECT_INVALID' }),
          expect.objectContaining({ code: 'OBJECT_COLLISION' }),
        ],
      }),
    );
  });

  test('keeps ten thousand objects in order and apart', () => {
    const many = Array.from({ length: 10_000 }, (_, index) => ({
      ...object('v1', 'ConfigMap', `config-${index}`),
      data: { index: String(index) },
    }));
    const files = Object.entries(renderManifests(many));
    expect(files).toHaveLength(10_000);
    expect(files.map(([name]) => name)).toEqual(files.map(([name]) => name).toSorted());
    expect(files[0]?.[0]).toBe('00001-configmap-config-0.yaml');
    expect(parse(files.at(-1)?.[1] ?? '')).toEqual({
      ...object('v1', 'ConfigMap', 'config-9999'),
      data: { index: '9999' },
    });
  });
});
