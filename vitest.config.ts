import { defineConfig } from 'vitest/config';
import { CountReporter } from './test/support/count-reporter.ts';

// The `source` condition makes `@distrokit/core` mean its TypeScript, so that tests need no build.
const conditions = ['source', 'node', 'import', 'default'];
const resolution = { resolve: { conditions }, ssr: { resolve: { conditions } } };

/** `unit`: pure, fast, without network. `acceptance`: the real tools, one file after the other, after the unit tests. */
export default defineConfig({
  test: {
    reporters: [new CountReporter(), 'default'],
    projects: [
      {
        ...resolution,
        test: {
          name: 'unit',
          include: ['packages/*/src/**/*.test.ts', 'examples/*/*.test.ts', 'test/{docs,lint,support}/**/*.test.ts'],
          testTimeout: 30_000,
        },
      },
      {
        ...resolution,
        test: {
          name: 'acceptance',
          include: ['test/acceptance/**/*.test.ts'],
          testTimeout: 1_200_000,
          hookTimeout: 2_400_000,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
