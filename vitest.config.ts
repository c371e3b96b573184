import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.spec.ts', 'test/**/*.spec.ts'],
    // These take long or need tools of their own: `npm run test:chaos`, `npm run test:faults` and `npm run test:clients`. CI runs all of them.
    exclude: [...configDefaults.exclude, 'test/chaos/**', 'test/faults/**', 'test/clients/**'],
    pool: 'forks',
    // Most specs wait for servers and processes of their own: two share the machine well, even one of two cores.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    reporters: ['default', './test/summary-reporter.ts'],
  },
});
