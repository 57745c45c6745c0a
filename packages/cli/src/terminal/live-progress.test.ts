import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { fakeIo } from '../../../../test/support/fake-io.ts';
import { LiveProgress } from './live-progress.ts';
import { styleFor } from './style.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const step = { id: 'a', path: 'harbor/kubelet', title: 'kubelet 1.36.3-1 amd64 deb', phase: 'packages' };

function progressOn(columns: number) {
  const io = fakeIo({ isTerminal: true, columns });
  const progress = new LiveProgress({
    output: io.stderr,
    style: styleFor(io.stderr, { NO_COLOR: '1' }),
    now: () => performance.now(),
  });
  return { io, progress };
}

test('the same lines are drawn again in their place', () => {
  const { io, progress } = progressOn(80);
  progress.report({ type: 'phase', phase: 'packages', total: 1 });
  progress.report({ type: 'step-start', ...step });
  vi.advanceTimersByTime(100);
  expect(io.err).toMatch(/ {2}◌ packages {5}0 of 1\n {6}kubelet 1\.36\.3-1 amd64 deb\n$/);

  const before = io.err.length;
  progress.report({ type: 'step-end', ...step, ms: 100, cached: false });
  progress.finish();
  // Two lines up, the rest of the screen cleared, the last state, and the cursor is back.
  expect(io.err.slice(before)).toBe('\u001b[2A\r\u001b[J  ✔ packages     1 of 1\n\u001b[?25h');
});

test('nothing is drawn while nothing happens', () => {
  const { io, progress } = progressOn(80);
  progress.report({ type: 'phase', phase: 'packages', total: 1 });
  vi.advanceTimersByTime(100);
  const before = io.err.length;
  vi.advanceTimersByTime(5000);
  expect(io.err.length).toBe(before);
  progress.finish();
});

test('lines never wrap, and a title cannot move the cursor', () => {
  const { io, progress } = progressOn(30);
  progress.report({ type: 'phase', phase: 'packages', total: 1000 });
  progress.report({ type: 'step-start', ...step, title: `evil\u001b[2J\r\n${'x'.repeat(80)}` });
  vi.advanceTimersByTime(100);
  expect(io.err).not.toContain('\u001b[2J');
  for (const line of stripVTControlCharacters(io.err).split('\n')) expect([...line].length).toBeLessThan(30);
  progress.finish();
});

test('a failed run leaves no half-true lines and the cursor visible', () => {
  const { io, progress } = progressOn(80);
  progress.report({ type: 'phase', phase: 'packages', total: 1 });
  vi.advanceTimersByTime(100);
  progress[Symbol.dispose]();
  expect(io.err.endsWith('\u001b[1A\r\u001b[J\u001b[?25h')).toBe(true);
});

test('a notice stays above', () => {
  const { io, progress } = progressOn(80);
  progress.report({ type: 'phase', phase: 'lock', total: 2 });
  vi.advanceTimersByTime(100);
  progress.report({ type: 'notice', message: 'arm64 is not tested', path: 'harbor/arm64' });
  expect(io.err.endsWith('\r\u001b[J  [harbor/arm64] arm64 is not tested\n')).toBe(true);
  progress.finish();
});
