import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { fakeIo } from '../../../../test/support/fake-io.ts';
import { PlainProgress } from './plain-progress.ts';
import { styleFor } from './style.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const step = (id: string) => ({ id, path: 'harbor/x', title: `build ${id}`, phase: 'components' });

function plainProgress() {
  const io = fakeIo();
  const progress = new PlainProgress({
    output: io.stderr,
    style: styleFor(io.stderr, {}),
    now: () => performance.now(),
  });
  return { io, progress };
}

test('a line for each phase and each long step that ends', () => {
  const { io, progress } = plainProgress();
  progress.report({ type: 'phase', phase: 'lock' });
  progress.report({ type: 'phase', phase: 'components', total: 2 });
  progress.report({ type: 'step-start', ...step('a') });
  progress.report({ type: 'step-end', ...step('a'), ms: 200, cached: false });
  progress.report({ type: 'step-end', ...step('b'), ms: 62_000, cached: false });
  progress.finish();
  expect(io.err).toBe('  ✔ lock\n    build b  1 min 02 s\n  ✔ components   2 of 2\n');
});

test('a sign of life every 30 seconds, with what runs and what is left', () => {
  const { io, progress } = plainProgress();
  progress.report({ type: 'phase', phase: 'components', total: 2 });
  progress.report({ type: 'forecast', jobs: 1, steps: [{ id: 'a', expectedMs: 120_000 }] });
  progress.report({ type: 'step-start', ...step('a') });
  vi.advanceTimersByTime(29_000);
  expect(io.err).toBe('');
  vi.advanceTimersByTime(31_000);
  expect(io.err).toBe(
    '  ◌ components 0 of 2 · build a  30 s of 2 min 00 s · about 2 min left\n' +
      '  ◌ components 0 of 2 · build a  1 min 00 s of 2 min 00 s · about 60 s left\n',
  );
  progress[Symbol.dispose]();
  vi.advanceTimersByTime(300_000);
  expect(io.err.split('\n')).toHaveLength(3);
});
