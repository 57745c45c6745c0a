import { describe, expect, test } from 'vitest';
import { fakeIo } from '../../../../test/support/fake-io.ts';
import { styleFor } from './style.ts';

const RED = '\u001b[31mx\u001b[39m';

describe('colour', () => {
  test.each([
    ['a terminal', { isTerminal: true }, RED],
    ['a pipe', { isTerminal: false }, 'x'],
    ['a dumb terminal', { isTerminal: true, env: { TERM: 'dumb' } }, 'x'],
    ['NO_COLOR on a terminal', { isTerminal: true, env: { NO_COLOR: '1' } }, 'x'],
    ['an empty NO_COLOR', { isTerminal: true, env: { NO_COLOR: '' } }, RED],
    ['FORCE_COLOR in a pipe', { isTerminal: false, env: { FORCE_COLOR: '1' } }, RED],
    ['FORCE_COLOR=0 on a terminal', { isTerminal: true, env: { FORCE_COLOR: '0' } }, 'x'],
    ['NO_COLOR against FORCE_COLOR', { isTerminal: true, env: { NO_COLOR: '1', FORCE_COLOR: '1' } }, 'x'],
  ])('%s', (_case, options, expected) => {
    const io = fakeIo(options);
    expect(styleFor(io.stderr, io.env).red('x')).toBe(expected);
  });
});
