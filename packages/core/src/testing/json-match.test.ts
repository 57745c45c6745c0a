import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json } from '../model/json.ts';
import { mismatch } from './json-match.ts';

const DEPLOYMENT = {
  kind: 'Deployment',
  metadata: { name: 'dns', labels: { 'app.kubernetes.io/name': 'dns' } },
  spec: { replicas: 2, template: { spec: { containers: [{ name: 'dns', image: 'dns:1' }] } } },
};

describe('mismatch', () => {
  test('a pattern names only what it cares about', () => {
    expect(mismatch(DEPLOYMENT, { spec: { replicas: 2 } })).toBeUndefined();
    expect(
      mismatch(DEPLOYMENT, { spec: { template: { spec: { containers: [{ image: 'dns:1' }] } } } }),
    ).toBeUndefined();
  });

  test('the first difference is found with its place', () => {
    expect(mismatch(DEPLOYMENT, { spec: { template: { spec: { containers: [{ image: 'dns:2' }] } } } })).toEqual({
      at: 'spec.template.spec.containers[0].image',
      actual: 'dns:1',
      expected: 'dns:2',
    });
    expect(mismatch(DEPLOYMENT, { metadata: { labels: { 'app.kubernetes.io/name': 'x' } } })?.at).toBe(
      'metadata.labels["app.kubernetes.io/name"]',
    );
  });

  test('an array matches as a whole', () => {
    expect(mismatch({ args: ['-a', '-b'] }, { args: ['-a'] })?.at).toBe('args');
    expect(mismatch({ args: 'none' }, { args: ['-a'] })?.actual).toBe('none');
  });

  test('undefined in a pattern means absent', () => {
    expect(mismatch({ a: 1 }, { b: undefined })).toBeUndefined();
    expect(mismatch({ a: 1 }, { a: undefined })).toEqual({ at: 'a', actual: 1, expected: undefined });
  });

  test('an inherited member is not there', () => {
    expect(mismatch({}, { toString: null })?.at).toBe('toString');
  });

  test('every value matches itself', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => mismatch(value as Json, value as Json) === undefined));
  });
});
