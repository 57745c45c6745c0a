import { expect, test } from 'vitest';
import { fakeIo } from '../../../../test/support/fake-io.ts';
import { phaseLine, remainingText, stepText } from './progress-lines.ts';
import { styleFor } from './style.ts';

const io = fakeIo();
const style = styleFor(io.stderr, io.env);
const phase = { name: 'packages', total: 52, done: 31, cached: 0, finished: false, ms: 4000 };

test('a phase says how far it is, what the store had and how long it took', () => {
  expect(phaseLine(phase, style)).toBe('  ◌ packages     31 of 52');
  expect(phaseLine({ ...phase, done: 52, cached: 12, finished: true }, style)).toBe(
    '  ✔ packages     52 of 52   (12 from the store)   4.0 s',
  );
  expect(phaseLine({ ...phase, done: 52, cached: 52, finished: true, ms: 20 }, style)).toBe(
    '  ✔ packages     52 of 52   (all from the store)',
  );
  expect(phaseLine({ ...phase, name: 'release', total: undefined, finished: true, ms: 5 }, style)).toBe('  ✔ release');
});

test('a step says how far it is', () => {
  const step = {
    title: 'kubelet 1.36.3-1 arm64 rpm',
    phase: undefined,
    since: 1000,
    expectedMs: 20_000,
    part: undefined,
  };
  expect(stepText(step, 2000)).toBe('kubelet 1.36.3-1 arm64 rpm');
  expect(stepText(step, 6000)).toBe('kubelet 1.36.3-1 arm64 rpm  5.0 s of 20 s');
  expect(stepText(step, 31_000)).toBe('kubelet 1.36.3-1 arm64 rpm  30 s');
  expect(stepText({ ...step, part: 0.409 }, 6000)).toBe('kubelet 1.36.3-1 arm64 rpm  40 %');
});

test('a long title leaves room, and a hostile one prints nothing but letters', () => {
  const step = {
    title: `build ${'x'.repeat(100)}`,
    phase: undefined,
    since: 0,
    expectedMs: undefined,
    part: undefined,
  };
  expect(stepText(step, 5000)).toBe(`build ${'x'.repeat(57)}…  5.0 s`);
  expect(stepText({ ...step, title: 'a\u001b[2Jb\nc' }, 0)).toBe('ab c');
});

test.each([
  [0, 'a few seconds left'],
  [10_000, 'about 10 s left'],
  [41_000, 'about 50 s left'],
  [90_000, 'about 2 min left'],
  [3_900_000, 'about 65 min left'],
  [6_000_000, 'about 1 h 40 min left'],
])('%d ms are %s', (ms, text) => {
  expect(remainingText(ms)).toBe(text);
});
