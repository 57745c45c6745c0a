import { expect, test } from 'vitest';
import { ownCommand, shellWord } from './own-command.ts';

test('under npm the command is reached through npx', () => {
  expect(ownCommand({})).toBe('distrokit');
  expect(ownCommand({ npm_lifecycle_event: 'start' })).toBe('npx distrokit');
});

test.each([
  ['packages/amd64/kubelet_1.36.3-1_amd64.deb', 'packages/amd64/kubelet_1.36.3-1_amd64.deb'],
  ['my dist', "'my dist'"],
  ["it's", `'it'\\''s'`],
  ['$(rm)', "'$(rm)'"],
  ['', "''"],
])('%s in a shell is %s', (word, quoted) => {
  expect(shellWord(word)).toBe(quoted);
});
