import { describe, expect, test } from 'vitest';
import { ProgressModel } from './progress-model.ts';

function modelWithClock() {
  let now = 0;
  const model = new ProgressModel(() => now);
  return { model, pass: (ms: number) => void (now += ms) };
}

const step = (id: string, phase?: string) => ({
  id,
  path: 'harbor/x',
  title: id,
  ...(phase === undefined ? {} : { phase }),
});

describe('phases', () => {
  test('steps count for the phase they name, in any order', () => {
    const { model } = modelWithClock();
    model.handle({ type: 'phase', phase: 'components', total: 1 });
    model.handle({ type: 'phase', phase: 'packages', total: 2 });
    model.handle({ type: 'step-start', ...step('kubelet', 'packages') });
    model.handle({ type: 'step-end', ...step('kubelet', 'packages'), ms: 5, cached: false });
    model.handle({ type: 'step-end', ...step('go build', 'components'), ms: 0, cached: true });

    expect(model.phases.map(({ name, done, cached, finished }) => ({ name, done, cached, finished }))).toEqual([
      { name: 'components', done: 1, cached: 1, finished: true },
      { name: 'packages', done: 1, cached: 0, finished: false },
    ]);
    expect(model.running).toEqual([]);
  });

  test('one without a number of steps ends when the next begins', () => {
    const { model, pass } = modelWithClock();
    model.handle({ type: 'phase', phase: 'lock' });
    pass(40);
    model.handle({ type: 'phase', phase: 'release' });
    pass(2);
    expect(model.phases.map(({ finished, ms }) => [finished, ms])).toEqual([
      [true, 40],
      [false, 2],
    ]);
    model.finish();
    expect(model.phases.every((phase) => phase.finished)).toBe(true);
  });

  test('a step without a phase counts for the latest', () => {
    const { model } = modelWithClock();
    model.handle({ type: 'phase', phase: 'sources', total: 1 });
    model.handle({ type: 'step-end', ...step('a'), ms: 1, cached: false });
    expect(model.phases[0]?.finished).toBe(true);
  });
});

describe('the estimate', () => {
  const forecast = (jobs: number, ...expected: readonly number[]) => ({
    type: 'forecast' as const,
    jobs,
    steps: expected.map((expectedMs, index) => ({ id: `step ${index}`, expectedMs })),
  });

  test('there is none without a forecast', () => {
    const { model } = modelWithClock();
    model.handle({ type: 'step-start', ...step('a') });
    expect(model.remainingMs()).toBeUndefined();
  });

  test('the work is shared by the jobs, but no step is', () => {
    const { model } = modelWithClock();
    model.handle(forecast(2, 10_000, 10_000, 10_000, 10_000));
    expect(model.remainingMs()).toBe(20_000);
    model.handle(forecast(2, 90_000, 0, 0, 0));
    expect(model.remainingMs()).toBe(90_000);
  });

  test('it falls while a step runs and leaves out what the store had', () => {
    const { model, pass } = modelWithClock();
    model.handle(forecast(1, 10_000, 20_000));
    model.handle({ type: 'step-end', ...step('step 1'), ms: 0, cached: true });
    model.handle({ type: 'step-start', ...step('step 0') });
    pass(4000);
    expect(model.remainingMs()).toBe(6000);
    pass(60_000);
    expect(model.remainingMs()).toBe(0);
  });

  test('steps that take twice as long as expected make the rest longer', () => {
    const { model } = modelWithClock();
    model.handle(forecast(1, 600_000, 60_000));
    model.handle({ type: 'step-end', ...step('step 0'), ms: 1_200_000, cached: false });
    const remaining = model.remainingMs() ?? 0;
    expect(remaining).toBeGreaterThan(100_000);
    expect(remaining).toBeLessThan(120_000);
  });
});

test('a download shows how much of it is here', () => {
  const { model } = modelWithClock();
  model.handle({ type: 'step-start', ...step('a') });
  model.handle({ type: 'step-progress', id: 'a', done: 1, total: 4 });
  model.handle({ type: 'step-progress', id: 'unknown', done: 1, total: 4 });
  expect(model.running.map(({ part }) => part)).toEqual([0.25]);
});
