import { describe, expect, test } from 'vitest';
import { formatRelation, parseRelation } from './relation.ts';

describe('parseRelation', () => {
  test.each([
    ['iptables', { name: 'iptables', flags: 0, version: '' }],
    ['iptables >= 1.4.21', { name: 'iptables', flags: 12, version: '1.4.21' }],
    ['a < 1', { name: 'a', flags: 2, version: '1' }],
    ['a <= 1', { name: 'a', flags: 10, version: '1' }],
    ['a = 1:2.0~rc1-1', { name: 'a', flags: 8, version: '1:2.0~rc1-1' }],
    ['a > 1^git2', { name: 'a', flags: 4, version: '1^git2' }],
    ['/bin/sh', { name: '/bin/sh', flags: 0, version: '' }],
    ['libc.so.6(GLIBC_2.34)(64bit)', { name: 'libc.so.6(GLIBC_2.34)(64bit)', flags: 0, version: '' }],
    ['kubelet(x86-64) = 1-1', { name: 'kubelet(x86-64)', flags: 8, version: '1-1' }],
  ])('reads %s', (text, relation) => {
    expect(parseRelation(text)).toEqual(relation);
    expect(formatRelation(relation)).toBe(text);
  });

  test.each([
    '(systemd or shadow-utils >= 4.6)',
    '(a and b and c)',
    '(a if b else c)',
    '((a with b >= 1) or c(x86-64))',
    '(a without b)',
    '(a unless (b or c))',
  ])('keeps the rich relation %s', (text) => {
    expect(parseRelation(text)).toEqual({ name: text, flags: 0, version: '' });
  });

  test.each([
    '',
    ' ',
    'a b',
    'a >=',
    'a >= 1 2',
    'a => 1',
    'a == 1',
    'a >= 1-1-1',
    'a >= x:1',
    'iptables (>= 1.4.21)',
    'a, b',
    'a | b',
    'a\nb',
    'a  >= 1',
    '-a',
    'ä',
    '(a or b',
    '(a)',
    '()',
    '(a or b and c)',
    '(a if b if c)',
    '(a without b without c)',
    '(a or b) c',
    '(a or b))',
    '(a xor b)',
    '(a or >= 1)',
  ])('refuses %j', (text) => {
    expect(() => parseRelation(text)).toThrow(expect.objectContaining({ code: 'RELATION_INVALID' }));
  });
});
