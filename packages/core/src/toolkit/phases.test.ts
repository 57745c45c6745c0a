import { expect, test } from 'vitest';
import { testPackageStep, testPlan } from '../../../../test/support/plan.ts';
import type { ProgressEvent } from '../model/progress.ts';
import { reportPhases } from './phases.ts';

test('phases that have steps are announced, and each step says which it counts for', () => {
  const events: ProgressEvent[] = [];
  const plan = testPlan([testPackageStep('a', {}), testPackageStep('b', {})]);
  const [first] = plan.steps;
  const report = reportPhases(plan, (event) => void events.push(event));
  const step = { id: first?.id ?? '', path: 'harbor/a', title: 'package a' };
  report({ type: 'phase', phase: 'build', total: 2 });
  report({ type: 'step-start', ...step });
  report({ type: 'step-output', id: step.id, line: 'hello' });
  report({ type: 'step-end', ...step, ms: 1, cached: false });

  expect(events).toEqual([
    { type: 'phase', phase: 'packages', total: 2 },
    { type: 'step-start', ...step, phase: 'packages' },
    { type: 'step-output', id: step.id, line: 'hello' },
    { type: 'step-end', ...step, phase: 'packages', ms: 1, cached: false },
  ]);
});
