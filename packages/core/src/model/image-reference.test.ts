import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatImageReference,
  formatOciAddress,
  isOciAddress,
  parseImageReference,
  parseOciAddress,
} from './image-reference.ts';

const sha256 = `sha256:${'0a'.repeat(32)}`;
const sha512 = `sha512:${'0a'.repeat(64)}`;

describe('parseImageReference', () => {
  test.each([
    ['registry.example/a', { registry: 'registry.example', repository: 'a' }],
    ['registry.example:5000/a/b:v1', { registry: 'registry.example:5000', repository: 'a/b', tag: 'v1' }],
    [`localhost/a__b.c-d@${sha256}`, { registry: 'localhost', repository: 'a__b.c-d', digest: sha256 }],
    [`[::1]:5000/a:T_1.x-y@${sha512}`, { registry: '[::1]:5000', repository: 'a', tag: 'T_1.x-y', digest: sha512 }],
    ['localhost:1/a:1', { registry: 'localhost:1', repository: 'a', tag: '1' }],
  ])('reads %s', (text, parts) => {
    expect(parseImageReference(text)).toEqual(parts);
    expect(formatImageReference(parts)).toBe(text);
  });

  test.each([
    '',
    'nginx',
    'library/nginx',
    'registry.example',
    'registry.example/',
    'registry.example//a',
    'registry.example/a/',
    'registry.example/A',
    'registry.example/a:',
    'registry.example/a:-v1',
    `registry.example/a:${'v'.repeat(129)}`,
    'registry.example/a@',
    'registry.example/a@sha256:0a',
    `registry.example/a@${sha256.toUpperCase()}`,
    `registry.example/a@md5:${'0a'.repeat(16)}`,
    `registry.example/a@${sha256}@${sha256}`,
    'registry.example:99999/a',
    'registry.example:/a',
    'user@registry.example/a',
    'https://registry.example/a',
    'registry.example/../a',
    'registry.example/a?x',
    'registry.example/a b',
    'registry.example/a\n',
    `registry.example/${'a'.repeat(256)}`,
  ])('refuses %j', (text) => {
    expect(() => parseImageReference(text)).toThrow(expect.objectContaining({ code: 'NAME_INVALID' }));
  });

  test('gives back what was formatted', () => {
    const part = fc.stringMatching(/^[a-z0-9]{1,5}(?:(?:\.|_|__|-{1,3})[a-z0-9]{1,5}){0,2}$/u);
    const reference = fc.record(
      {
        registry: fc.stringMatching(/^[a-z0-9]{1,5}(?:\.[a-z0-9]{1,5}){1,2}(?::[1-9][0-9]{0,3})?$/u),
        repository: fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/')),
        tag: fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,20}$/u),
        digest: fc.stringMatching(/^sha256:[0-9a-f]{64}$/u),
      },
      { requiredKeys: ['registry', 'repository'] },
    );
    fc.assert(
      fc.property(reference, (parts) => {
        expect(parseImageReference(formatImageReference(parts))).toEqual(parts);
      }),
    );
  });
});

describe('parseOciAddress', () => {
  test('reads what follows oci://', () => {
    const reference = { registry: 'registry.example', repository: 'a/b', tag: '1.0.0' };
    expect(parseOciAddress('oci://registry.example/a/b:1.0.0')).toEqual(reference);
    expect(formatOciAddress(reference)).toBe('oci://registry.example/a/b:1.0.0');
  });

  test('tells addresses from directories', () => {
    expect(['oci://registry.example/a', 'registry.example/a', './oci:'].map(isOciAddress)).toEqual([
      true,
      false,
      false,
    ]);
    expect(() => parseOciAddress('registry.example/a')).toThrow(expect.objectContaining({ code: 'NAME_INVALID' }));
    expect(() => parseOciAddress('oci://nginx')).toThrow(expect.objectContaining({ code: 'NAME_INVALID' }));
  });
});
