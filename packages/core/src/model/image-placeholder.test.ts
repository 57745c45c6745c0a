import { describe, expect, test } from 'vitest';
import { findPlaceholders, imagePlaceholder, replacePlaceholders, withoutPlaceholder } from './image-placeholder.ts';
import { isImageReference } from './image-reference.ts';

const pause = imagePlaceholder('pause', '3.10.2');
const etcd = imagePlaceholder('etcd', '3.6.8-0');
const reference = `registry.example:5000/pause:3.10.2@sha256:${pause}`;

describe('imagePlaceholder', () => {
  test('is a digest that no image has, one for each name and tag', () => {
    expect(pause).toMatch(/^0{16}[0-9a-f]{48}$/);
    expect(new Set([pause, etcd, imagePlaceholder('pause', '3.10.1'), imagePlaceholder('pause:3', '10.2')]).size).toBe(
      4,
    );
    expect(isImageReference(reference)).toBe(true);
  });
});

describe('findPlaceholders', () => {
  test('looks into every text and key, wherever it stands', () => {
    const value = {
      list: [1, null, { text: `sandbox = "${reference}"\n` }],
      [`registry.example/etcd:3.6.8-0@sha256:${etcd}`]: true,
    };
    expect(findPlaceholders(value)).toEqual(
      new Map([
        [pause, 'registry.example:5000/pause:3.10.2'],
        [etcd, 'registry.example/etcd:3.6.8-0'],
      ]),
    );
  });

  test.each([
    pause,
    `sha256:${pause}`,
    `x@sha256:${pause}0`,
    `x@sha256:${'0'.repeat(15)}1${pause.slice(16)}`,
    '0'.repeat(16),
  ])('finds none in %j', (text) => {
    expect(findPlaceholders(text).size).toBe(0);
  });
});

describe('replacePlaceholders', () => {
  test('puts digests in their place and leaves the rest alone', () => {
    const digest = 'a'.repeat(64);
    const value = { text: `${reference} ${reference}`, [reference]: 1, list: [true, undefined, reference] };
    const built = reference.replace(pause, digest);
    expect(replacePlaceholders(value, () => digest)).toEqual({
      text: `${built} ${built}`,
      [built]: 1,
      list: [true, undefined, built],
    });
    expect(replacePlaceholders(42, () => digest)).toBe(42);
  });

  test('keeps a key that is called like the prototype', () => {
    const value = JSON.parse('{"__proto__": {"a": 1}}') as object;
    expect(JSON.stringify(replacePlaceholders(value, () => ''))).toBe('{"__proto__":{"a":1}}');
  });
});

test('withoutPlaceholder takes off nothing but a placeholder', () => {
  expect(withoutPlaceholder(reference)).toBe('registry.example:5000/pause:3.10.2');
  const other = `registry.example/pause@sha256:${'a'.repeat(64)}`;
  expect(withoutPlaceholder(other)).toBe(other);
});
