import { describe, expect, test } from 'vitest';
import { parseChallenges } from './challenge.ts';
import { deleteScope, formatScopes, pullScope, pushScope } from './scope.ts';

describe('parseChallenges', () => {
  test('reads a challenge for a token', () => {
    const header =
      'Bearer realm="https://auth.example/token",service="the \\"registry\\"",scope="repository:a/b:pull,push"';
    expect(parseChallenges(header)).toEqual([
      {
        scheme: 'bearer',
        parameters: {
          realm: 'https://auth.example/token',
          service: 'the "registry"',
          scope: 'repository:a/b:pull,push',
        },
      },
    ]);
  });

  test('reads several challenges, with spaces, plain values and names in any case', () => {
    const header = 'BASIC Realm = plain , Negotiate, Bearer realm="x", error="invalid_token"';
    expect(parseChallenges(header)).toEqual([
      { scheme: 'basic', parameters: { realm: 'plain' } },
      { scheme: 'negotiate', parameters: {} },
      { scheme: 'bearer', parameters: { realm: 'x', error: 'invalid_token' } },
    ]);
  });

  test('ends at what it cannot read', () => {
    expect(parseChallenges('')).toEqual([]);
    expect(parseChallenges('"')).toEqual([]);
    expect(parseChallenges('Bearer realm="never ends')).toEqual([
      { scheme: 'bearer', parameters: {} },
      { scheme: 'realm', parameters: {} },
    ]);
    expect(parseChallenges(`Bearer realm="${'\\'.repeat(100_000)}`).length).toBeLessThan(5);
  });
});

describe('formatScopes', () => {
  test('merges actions by repository and sorts', () => {
    expect(formatScopes([pushScope('b'), pullScope('a'), deleteScope('b')])).toEqual([
      'repository:a:pull',
      'repository:b:delete,pull,push',
    ]);
  });

  test('adds what a challenge asks for', () => {
    expect(formatScopes([pullScope('a')], 'repository:a:push registry:catalog:*')).toEqual([
      'registry:catalog:*',
      'repository:a:pull,push',
    ]);
  });
});
