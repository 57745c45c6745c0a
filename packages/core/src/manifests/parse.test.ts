import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../model/json.ts';
import { parseManifests } from './parse.ts';
import { toYamlDocuments } from './yaml.ts';

const failure = (code: string, message: string): unknown =>
  expect.objectContaining({ code, message: expect.stringContaining(message) as string });
const first = (text: string): JsonObject | undefined => parseManifests(text)[0]?.object;

describe('parseManifests', () => {
  test('reads documents with the lines they start at, and skips empty ones', () => {
    const text =
      '# a licence\n---\napiVersion: v1\nkind: A\n---\n# nothing\n---\n\n# more\nkind: B\n...\n---\n{"kind": "C"}\n';
    expect(parseManifests(text)).toEqual([
      { object: { apiVersion: 'v1', kind: 'A' }, line: 3 },
      { object: { kind: 'B' }, line: 10 },
      { object: { kind: 'C' }, line: 13 },
    ]);
    expect(parseManifests('')).toEqual([]);
    expect(parseManifests('---\n')).toEqual([]);
  });

  test('reads what kubectl reads: YAML 1.1, but no dates and no base 60', () => {
    expect(
      first(
        'a: yes\nb: off\nc: 0777\nd: 0x1F\ne: 2001-12-14\nf: 12:30:45\ng: "yes"\nh: ~\ni: 1_000\nj: 190:20:30.15\nk: e2\nl: .\nm: 0o17\nnum: 1e3\no: .5',
      ),
    ).toEqual({
      a: true,
      b: false,
      c: 511,
      d: 31,
      e: '2001-12-14',
      f: '12:30:45',
      g: 'yes',
      h: null,
      i: 1000,
      j: '190:20:30.15',
      k: 'e2',
      l: '.',
      m: 15,
      num: 1000,
      o: 0.5,
    });
  });

  test('follows anchors and merge keys', () => {
    expect(first('base: &b {x: 1, z: 2}\nuse: {<<: *b, z: 3}\nsame: *b')).toEqual({
      base: { x: 1, z: 2 },
      use: { x: 1, z: 3 },
      same: { x: 1, z: 2 },
    });
  });

  test('reads back what we write', () => {
    const object = fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true }) as fc.Arbitrary<JsonObject>;
    fc.assert(
      fc.property(fc.array(object, { maxLength: 3 }), (objects) => {
        const read = parseManifests(toYamlDocuments(objects)).map((parsed) => parsed.object);
        expect(read).toEqual(JSON.parse(JSON.stringify(objects)));
      }),
    );
  });

  test.each([
    ['kind: A\n  bad: 1\n', 'm.yaml:1:7: nested mappings'],
    ['kind: A\nkind: B\n', 'm.yaml:2:1: map keys must be unique'],
    ['a: 1\n---\n- x\n', 'm.yaml:3: the document is not a mapping'],
    ['a: 1\n---\ntext\n', 'm.yaml:3: the document is not a mapping'],
    ['a: *nowhere\n', 'm.yaml:1: unresolved alias'],
    ['a: !Custom x\n', 'm.yaml:1:4: unresolved tag'],
    ['a: 9007199254740993\n', 'm.yaml:1: the integer 9007199254740993 does not fit a number'],
    ['a: "x\n', 'm.yaml:'],
  ])('refuses %j with its place', (text, message) => {
    expect(() => parseManifests(text, { file: 'm.yaml' })).toThrow(failure('FORMAT_INVALID', message));
  });

  test('bounds aliases of aliases', () => {
    const levels = Array.from(
      { length: 12 },
      (_, level) => `l${level + 1}: &l${level + 1} [${`*l${level},`.repeat(9)}]`,
    );
    expect(() => parseManifests(`l0: &l0 [x]\n${levels.join('\n')}\n`)).toThrow(failure('FORMAT_LIMIT', 'manifest:1'));
  });

  test('bounds merges of merges', () => {
    const members = Array.from({ length: 1000 }, (_, index) => `k${index}: 1`).join(', ');
    const uses = Array.from({ length: 3000 }, (_, index) => `u${index}: {<<: *m}`);
    expect(() => parseManifests(`m: &m {${members}}\n${uses.join('\n')}\n`)).toThrow(
      failure('FORMAT_LIMIT', 'manifest:1'),
    );
  });

  test('bounds depth and size', () => {
    expect(() => parseManifests(`a: ${'['.repeat(200_000)}`)).toThrow(failure('FORMAT_LIMIT', 'nested too deeply'));
    expect(() => parseManifests('a: 1', { sizeLimit: 3 })).toThrow(failure('FORMAT_LIMIT', 'the limit is 3'));
  });
});
