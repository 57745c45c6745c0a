import { expect, test } from 'vitest';
import { rpmlintrc } from './rpmlintrc.ts';

test('rpmlintrc lists the accepted findings of rpmlint with their reasons', () => {
  const text = rpmlintrc([
    { tool: 'lintian', tag: 'no-manual-page', reason: 'none' },
    { tool: 'rpmlint', tag: 'no-binary', reason: 'it is a script\nand stays one' },
    { tool: 'rpmlint', tag: 'non-standard-dir-perm', context: '/var/lib/a.b 750', reason: 'secrets' },
  ]);
  expect(text.split('\n')).toEqual([
    '# it is a script',
    '# and stays one',
    'addFilter(r": no-binary( |$)")',
    '',
    '# secrets',
    String.raw`addFilter(r": non-standard-dir-perm (.* )?/var/lib/a\.b 750( |$)")`,
    '',
  ]);
});
