import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.spec.ts', 'test/**/*.spec.ts'],
    // These take long or need tools of their own: `npm run test:chaos`, `npm run test:faults` and `npm run test:clients`. CI runs all of them.
    exclude: [...configDefaults.exclude, 'test/chaos/**', 'test/faults/**', 'test/clients/**'],
    pool: 'forks',
    // Most specs wait for servers and processes of their own: two share the machine well, even one of two cores.
    maxWorkers: 2,
    // How long a test may wait on a slow machine; nothing is asserted by it. By default, a poll gives up after a second.
    testTimeout: 90_000,
    hookTimeout: 90_000,
    expect: { poll: { timeout: 60_000 } },
    reporters: ['default', './test/summary-reporter.ts'],
  },
});
