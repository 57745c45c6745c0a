import { describe, expect, test } from 'vitest';
import { relationProblems } from './rules.ts';

describe('relationProblems', () => {
  test.each([
    ['depends', 'iptables >= 1.4.21'],
    ['depends', '(a or b)'],
    ['provides', 'a = 1'],
    ['replaces', 'a < 1'],
  ] as const)('finds nothing in %s %s', (kind, text) => {
    expect(relationProblems(kind, text)).toEqual([]);
  });

  test.each([
    ['depends', 'iptables (>= 1.4.21)', 'is not one that rpm can read'],
    ['provides', 'a >= 1', 'is a range'],
    ['provides', '(a or b)', 'is a rich relation'],
    ['replaces', '(a or b)', 'is a rich relation'],
    ['breaks', 'a', 'is of a kind that rpm does not have'],
  ] as const)('refuses %s %s', (kind, text, message) => {
    const [problem, ...more] = relationProblems(kind, text);
    expect([problem?.code, more]).toEqual(['RELATION_INVALID', []]);
    expect(problem?.message).toContain(message);
  });
});
