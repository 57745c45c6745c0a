import { describe, expect, test } from 'vitest';
import { file } from './declare-source.ts';
import { keyringAt, signingPolicyProblems, type SigningCertificate } from './signing-policy.ts';

const first: SigningCertificate = { certificate: file('keys/2024.asc'), until: '2027-01-01' };
const second: SigningCertificate = { certificate: file('keys/2026.asc'), from: '2026-06-01' };

function at(day: string, certificates: readonly SigningCertificate[] = [second, first]): readonly string[] {
  const ring = keyringAt({ certificates }, Date.parse(`${day}T12:00:00Z`) / 1000);
  return ring.map(({ certificate, signs }) => `${certificate.path}${signs ? ' signs' : ''}`);
}

describe('keyringAt', () => {
  test('has a new key before it signs, and an old one after it signed', () => {
    expect(at('2026-05-31')).toEqual(['keys/2024.asc signs', 'keys/2026.asc']);
    expect(at('2026-06-01')).toEqual(['keys/2024.asc', 'keys/2026.asc signs']);
    expect(at('2026-12-31')).toEqual(['keys/2024.asc', 'keys/2026.asc signs']);
    expect(at('2027-01-01')).toEqual(['keys/2026.asc signs']);
  });

  test('has nobody sign before the first day', () => {
    expect(at('2026-05-31', [second])).toEqual(['keys/2026.asc']);
  });
});

describe('signingPolicyProblems', () => {
  const messages = (...certificates: readonly SigningCertificate[]): readonly string[] =>
    signingPolicyProblems({ certificates }).map(({ message }) => message);

  test('finds none in a rotation that overlaps', () => {
    expect(messages(second, first)).toEqual([]);
  });

  test('finds what would leave clients without a key', () => {
    expect(messages({ ...first, until: '2026-06-01' }, second)).toEqual([
      'keys/2024.asc leaves the keyring on 2026-06-01, before keys/2026.asc signs from 2026-06-01 on',
    ]);
  });

  test('finds what leaves open who signs', () => {
    expect(messages(first, { certificate: file('b.asc') })).toEqual([
      'keys/2024.asc and b.asc sign from the same day on',
    ]);
    expect(messages({ ...second, until: '2026-06-01' })).toEqual([
      'the certificate keys/2026.asc is for no day: from 2026-06-01, until 2026-06-01',
    ]);
    expect(messages(second, { ...second, from: '2026-07-01' })).toEqual([
      'the certificate keys/2026.asc is listed twice',
    ]);
  });
});
