import { expect, test } from 'vitest';
import { conditionsOf } from './app-for.ts';

test.each([
  [[], []],
  [['--conditions=source'], ['source']],
  [['--conditions', 'source', '--inspect'], ['source']],
  [
    ['-C', 'a', '--conditions=b', '-C=c'],
    ['a', 'b', 'c'],
  ],
  [['--import', 'x', '-C'], []],
])('Node options %j set the conditions %j', (options, conditions) => {
  expect(conditionsOf(options)).toEqual(conditions);
});
