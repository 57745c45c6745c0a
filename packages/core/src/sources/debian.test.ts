import { expect, test } from 'vitest';
import { parseMadison, parseStanza } from './debian.ts';

test('parseMadison reads version, suite and component', () => {
  const text = [
    'ca-certificates | 20250419~deb12u2 | http://mirror.example/debian-security bookworm-security/main amd64 Packages',
    'ca-certificates |   20230311 | http://mirror.example/debian bookworm/main amd64 Packages',
    'old | 1 | http://mirror.example/debian stretch/updates/main amd64 Packages',
    'nginx | 1 | http://mirror.example/debian bookworm/main Sources',
    '',
  ].join('\n');
  expect(parseMadison(text)).toEqual([
    { version: '20250419~deb12u2', suite: 'bookworm-security', component: 'main' },
    { version: '20230311', suite: 'bookworm', component: 'main' },
    { version: '1', suite: 'stretch/updates', component: 'main' },
  ]);
});

test('parseStanza reads the first stanza only, without continuation lines', () => {
  const text = 'Package: a\nDescription: one\n more: two\nSize: 12\n\nPackage: b\nSize: 13\n';
  expect([...parseStanza(text)]).toEqual([
    ['Package', 'a'],
    ['Description', 'one'],
    ['Size', '12'],
  ]);
});
