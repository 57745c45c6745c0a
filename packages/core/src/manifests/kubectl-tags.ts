import type { ScalarTag, Tags } from 'yaml';

/** Types of YAML 1.1 that the Go reader behind kubectl does not have, and the one that is replaced below. */
const DROPPED: ReadonlySet<string> = new Set(
  ['binary', 'float', 'omap', 'pairs', 'set', 'timestamp'].map((name) => `tag:yaml.org,2002:${name}`),
);

/** A decimal number with a point or an exponent, or one of `.inf`, `.nan`. Unlike YAML 1.1's, it has a digit: `e2` and `.` are texts. */
const float: ScalarTag = {
  default: true,
  tag: 'tag:yaml.org,2002:float',
  identify: (value) => typeof value === 'number',
  test: /^(?:[-+]?(?:\.[0-9][0-9_]*|[0-9][0-9_]*(?:\.[0-9_]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/,
  resolve: (text) =>
    Number(
      text
        .replaceAll('_', '')
        .replace(/\.inf$/i, 'Infinity')
        .replace(/^\.nan$/i, 'NaN'),
    ),
};

/** An octal number with the prefix of YAML 1.2, which Go's own number reader knows too. */
const octal: ScalarTag = {
  default: true,
  tag: 'tag:yaml.org,2002:int',
  identify: () => false,
  format: 'OCT',
  test: /^0o[0-7]+$/,
  resolve: (text) => BigInt(text),
};

/**
 * YAML 1.1's tags as kubectl's reader knows them (`sigs.k8s.io/yaml`): `yes` and `on` are booleans and `0777` is octal,
 * but dates, numbers of base 60 and binary are texts.
 */
export function kubectlTags(tags: Tags): Tags {
  const kept = tags.filter(
    (tag) => typeof tag === 'string' || !(DROPPED.has(tag.tag) || ('format' in tag && tag.format === 'TIME')),
  );
  return [...kept, octal, float];
}
