import { expect, test } from 'vitest';
import { fill, wrap } from './wrap.ts';

test('breaks at spaces, and nowhere else', () => {
  expect(wrap('one  two three', 7)).toEqual(['one two', 'three']);
  expect(wrap('a-long-word b', 4)).toEqual(['a-long-word', 'b']);
});

test('fills paragraphs and keeps lists and empty lines', () => {
  expect(fill('It\nknows:\n * the load, which is long\n\nNo more than that.\n\n', 12)).toEqual([
    'It knows:',
    ' * the load, which is long',
    '',
    'No more than',
    'that.',
  ]);
});
