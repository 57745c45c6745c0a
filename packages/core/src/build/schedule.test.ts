import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { schedule, type Task } from './schedule.ts';

/** Tasks that need some of those before them. */
const graphs = fc.array(fc.tuple(fc.array(fc.nat(30), { maxLength: 5 }), fc.nat(5)), { maxLength: 30 }).map((rows) =>
  rows.map(([needs, expectedMs], index): Task => ({
    id: String(index),
    needs: needs.filter((need) => need < index).map(String),
    expectedMs,
  })),
);

describe('schedule', () => {
  test('runs each task once, after what it needs, never more than `jobs` at once', async () => {
    const property = fc.asyncProperty(graphs, fc.integer({ min: 1, max: 4 }), async (tasks, jobs) => {
      const done: string[] = [];
      let running = 0;
      await schedule(tasks, {
        jobs,
        signal: new AbortController().signal,
        async run({ id, needs, expectedMs }, count) {
          running += 1;
          expect(running).toBeLessThanOrEqual(jobs);
          // A task that has ended counts until the scheduler hears of it.
          expect(count).toBeGreaterThanOrEqual(running);
          expect(count).toBeLessThanOrEqual(jobs);
          for (const need of needs) expect(done).toContain(need);
          for (let turn = 0; turn < expectedMs; turn += 1) await setImmediate();
          done.push(id);
          running -= 1;
        },
        onFailure(error) {
          throw error;
        },
      });
      expect(done.toSorted()).toEqual(tasks.map(({ id }) => id).toSorted());
    });
    await fc.assert(property, { numRuns: 50 });
  });

  test('starts nothing after a failure and waits for what runs', async () => {
    const property = fc.asyncProperty(graphs, fc.nat(30), async (tasks, bad) => {
      let failed = false;
      let running = 0;
      await schedule(tasks, {
        jobs: 3,
        signal: new AbortController().signal,
        async run({ id, expectedMs }) {
          expect(failed).toBe(false);
          running += 1;
          for (let turn = 0; turn < expectedMs; turn += 1) await setImmediate();
          running -= 1;
          if (id === String(bad)) throw new Error('bad');
        },
        onFailure() {
          failed = true;
        },
      });
      expect(running).toBe(0);
      expect(failed).toBe(bad < tasks.length);
    });
    await fc.assert(property, { numRuns: 50 });
  });

  test('takes ten thousand tasks in a row and side by side', async () => {
    const chain = Array.from({ length: 5000 }, (_, n): Task => {
      return { id: `a${n}`, needs: n === 0 ? [] : [`a${n - 1}`], expectedMs: 1 };
    });
    const wide = Array.from({ length: 5000 }, (_, n): Task => ({ id: `b${n}`, needs: ['a0'], expectedMs: 1 }));
    let ran = 0;
    await schedule([...chain, ...wide], {
      jobs: 4,
      signal: new AbortController().signal,
      async run() {
        ran += 1;
      },
      onFailure() {},
    });
    expect(ran).toBe(10_000);
  });
});
