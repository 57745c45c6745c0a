import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments, parseDocument } from 'yaml';
import type { Json } from '../model/json.ts';
import { toYaml, toYamlDocuments } from './yaml.ts';

/** Reads the text as each version of YAML does; both must be the value. */
function readBack(text: string): [Json, Json] {
  const read = (version: '1.1' | '1.2'): Json => {
    const document = parseDocument(text, { version, strict: true });
    expect(document.errors).toEqual([]);
    expect(document.warnings).toEqual([]);
    return document.toJS({ maxAliasCount: 0 }) as Json;
  };
  return [read('1.1'), read('1.2')];
}

/** Texts that some reader of YAML takes for another value, or that break a careless writer. */
const TRAPS: readonly string[] = [
  'yes No ON off y N true FALSE null Null ~ << = NaN .nan .Inf -.inf + . ..'.split(' '),
  'e2 -e2 E+10 .e2 -.e2 .E+10 0 -1 +1 007 0o17 0x1F 0b11 1e3 1E+3 1.5 .5 -.5 1_000 1. 12:30:45 190:20:30.15 1e 0x1p-2 1.36.3 10.96.0.10'.split(
    ' ',
  ),
  '2001-12-14 2001-12-14t21:59:43.10-05:00 0.0.0.0/0 100m 170Mi 50% 30s 1h 5T 12d 0b2g 2001-12-14 sha256:ab'.split(' '),
  'a: :a a#b #a - -- --- ... -conf --v=2 ? .spec.replicas &a *a !a | > %a @a `a` {a} [a] { ] ,'.split(' '),
  "kubernetes.io/name $(POD_IP) ' \" it's \\d+\\. \\ \u0085 \u00a0 \ufeff \u007f \u009f \ufffe é 😀".split(' '),
  [
    '',
    ' ',
    '\t',
    '\n',
    '\n\n',
    'a: b',
    'a #b',
    '- a',
    '--- a',
    '? a',
    '!!str a',
    'say "a"',
    ' a',
    'a ',
    '\ta',
    'a\t',
    'a\tb',
  ],
  [
    'a\n',
    'a\n\n',
    'a\nb',
    '\na',
    ' a\nb',
    '\ta\nb',
    'a\n b\n',
    'a\n \nb',
    'a\r\nb',
    'a \nb',
    '\n  a\n',
    'a\n\tb\n',
    'a\n---\nb',
  ],
  [
    '# a\nb',
    'a\n...\n',
    'a\u2028b\nc',
    'a\u0007b',
    'é\nè\n',
    '😀\n😀',
    '2001-12-14 21:59:43.10 -5',
    'a\n\u0085\nb',
    '\u0000\n',
  ],
].flat();

const trap = fc.constantFrom(...TRAPS);
const text = fc.oneof(
  trap,
  fc.tuple(trap, trap).map(([a, b]) => a + b),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({ unit: fc.constantFrom('a', '1', ' ', '\n', '\t', ':', '#', '-', '.', "'", '"', '\\'), maxLength: 12 }),
);
const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.constantFrom(-0, 1e20, 1e21, 1e-7, 2 ** 53, 5e-324),
);
const { value } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(null, true, false),
    number,
    text,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(text, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));

/** `-0` is `0` in JSON. */
const asJson = (json: Json): Json => JSON.parse(JSON.stringify(json)) as Json;

describe('toYaml', () => {
  test('is the same value when read back as YAML 1.1 and as YAML 1.2', () => {
    fc.assert(
      fc.property(value, (json) => {
        expect(readBack(toYaml(json))).toEqual([asJson(json), asJson(json)]);
      }),
      { numRuns: 1500 },
    );
  });

  test.each(TRAPS.map((trapped) => [JSON.stringify(trapped), trapped]))(
    'keeps %s as a value, a key and an item',
    (_, trapped) => {
      const json = { [trapped]: trapped, list: [trapped, { [trapped]: trapped }, [trapped]], z: 1 };
      expect(readBack(toYaml(json))).toEqual([json, json]);
      expect(readBack(toYaml(trapped))).toEqual([trapped, trapped]);
    },
  );

  test('does not depend on the order in which keys were written', () => {
    const shuffled = fc.dictionary(text, value, { maxKeys: 6, noNullPrototype: true }).chain((object) =>
      fc.shuffledSubarray(Object.keys(object), { minLength: Object.keys(object).length }).map((keys) => ({
        object,
        other: Object.fromEntries(keys.map((key) => [key, object[key] as Json])),
      })),
    );
    fc.assert(fc.property(shuffled, ({ object, other }) => toYaml(object) === toYaml(other)));
  });

  test('reads like a manifest written by hand', () => {
    const object = {
      spec: {
        template: { spec: { containers: [{ image: 'a/b:1', args: ['-conf', '/x'], name: 'web' }], volumes: [] } },
      },
      data: { Corefile: '.:53 {\n    errors\n}\n', port: '53', pattern: '^\\d+$', empty: '' },
      metadata: { labels: { b: 'true', a: 'x' }, name: 'web', annotations: {}, namespace: 'default' },
      kind: 'Mixed',
      limits: { cpu: '100m', memory: '170Mi', nested: [[1, 2], [{ a: null }]] },
      apiVersion: 'v1',
      left: undefined,
    };
    expect(toYaml(object)).toBe(`apiVersion: v1
kind: Mixed
metadata:
  name: web
  namespace: default
  labels:
    a: x
    b: "true"
  annotations: {}
data:
  Corefile: |
    .:53 {
        errors
    }
  empty: ""
  pattern: '^\\d+$'
  port: "53"
limits:
  cpu: 100m
  memory: 170Mi
  nested:
  - - 1
    - 2
  - - a: null
spec:
  template:
    spec:
      containers:
      - name: web
        args:
        - -conf
        - /x
        image: a/b:1
      volumes: []
`);
  });

  test('writes a key that is too long for an implicit one as an explicit one', () => {
    const long = 'k'.repeat(2000);
    for (const member of ['v', ['v'], { a: ['b'] }, [], 'a\nb\n']) {
      const json = { [long]: member, z: { [long]: member } };
      expect(readBack(toYaml(json))).toEqual([json, json]);
    }
  });

  test('keeps a member called __proto__', () => {
    const json = JSON.parse('{"__proto__": {"a": 1}, "b": 2}') as Json;
    expect(toYaml(json)).toBe('__proto__:\n  a: 1\nb: 2\n');
  });

  test.each([[Number.NaN], [Number.POSITIVE_INFINITY], [undefined], [10n], [(): void => {}]])('refuses %s', (bad) => {
    expect(() => toYaml([bad as Json])).toThrow(expect.objectContaining({ code: 'OBJECT_INVALID' }));
  });

  test('separates documents', () => {
    const documents = [{ a: 'x\n\n' }, 'text', { b: [] }];
    const joined = toYamlDocuments(documents);
    const read = parseAllDocuments(joined);
    expect(Array.isArray(read) ? read.map((document) => document.toJS() as Json) : []).toEqual(documents);
  });
});
