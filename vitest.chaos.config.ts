import { defineConfig } from 'vitest/config';

/** What takes long: real durations, real processes. Run by `npm run test:chaos`. */
export default defineConfig({
  test: {
    include: ['test/chaos/**/*.spec.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 60_000 } },
    reporters: ['verbose', './test/summary-reporter.ts'],
  },
});
