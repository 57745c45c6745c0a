import type { Reporter, SerializedError, TestModule } from 'vitest/node';

/** How many tests of a run ended in which way. */
export interface Counts {
  passed: number;
  /** Failed tests, and each error outside a test: in a module, in a suite's hooks, or caught by nobody. */
  failed: number;
  skipped: number;
}

/**
 * Ends a run with one line, `N passed, N failed` and `, N skipped` if any were, for people and programs that read only
 * the last line. With `DISTROKIT_REQUIRE_TOOLS=1` a skipped test is named and makes the run fail.
 */
export class CountReporter implements Reporter {
  #lines: readonly string[] = [];

  onInit(): void {
    // The other reporters print in `onTestRunEnd` too, in no order that can be relied on; at exit all of them are done.
    process.once('exit', () => {
      for (const line of this.#lines) process.stdout.write(`${line}\n`);
    });
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const counts = countTests(modules, unhandled.length);
    const strict = process.env['DISTROKIT_REQUIRE_TOOLS'] === '1';
    const refused = strict ? modules.flatMap(skippedTests) : [];
    if (refused.length > 0) process.exitCode = 1;
    this.#lines = [...refused.map((name) => `skipped though nothing may be: ${name}`), formatCounts(counts)];
  }
}

/** The last line of a run. */
export function formatCounts({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`;
}

function countTests(modules: readonly TestModule[], unhandled: number): Counts {
  const counts: Counts = { passed: 0, failed: unhandled, skipped: 0 };
  for (const module of modules) {
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state !== 'pending') counts[state] += 1;
    }
    counts.failed += module.errors().length;
    for (const suite of module.children.allSuites()) counts.failed += suite.errors().length;
  }
  return counts;
}

function skippedTests(module: TestModule): readonly string[] {
  return [...module.children.allTests('skipped')].map((test) => `${module.relativeModuleId} > ${test.fullName}`);
}
