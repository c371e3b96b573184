import { defineConfig } from 'vitest/config';

/** Faults of mail servers, networks and machines, with real processes. Run by `npm run test:faults`. */
export default defineConfig({
  test: {
    include: ['test/faults/**/*.spec.ts'],
    pool: 'forks',
    // Most of the time they wait for a time limit: three share two cores well.
    maxWorkers: 3,
    testTimeout: 300_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 60_000 } },
    reporters: ['verbose', './test/summary-reporter.ts'],
  },
});
