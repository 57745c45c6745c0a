import { defineConfig } from 'vitest/config';

/** Unit tests sit beside the code; acceptance tests run the real tools and one after the other. */
const conditions = ['source', 'node', 'import', 'module', 'default'];
const common = { resolve: { conditions }, ssr: { resolve: { conditions } } };

export default defineConfig({
  test: {
    reporters: ['default', './test/support/count-reporter.ts'],
    projects: [
      { ...common, test: { name: 'unit', include: ['packages/*/src/**/*.test.ts', 'examples/*/*.test.ts', 'test/docs/**/*.test.ts'], testTimeout: 30_000 } },
      { ...common, test: { name: 'acceptance', include: ['test/acceptance/**/*.test.ts'], testTimeout: 1_200_000, hookTimeout: 2_400_000, fileParallelism: false } },
    ],
  },
});
