import { expect, test } from 'vitest';
import { nearest } from './nearest.ts';

test.each([
  ['versoin', ['version', 'source'], 'version'],
  ['kubelt', ['kubelet', 'kubectl'], 'kubelet'],
  ['AMD64', ['amd64', 'arm64'], 'amd64'],
  ['x', ['amd64'], undefined],
  ['anything', [], undefined],
])('%s among %j is %s', (word, candidates, expected) => {
  expect(nearest(word, candidates)).toBe(expected);
});
