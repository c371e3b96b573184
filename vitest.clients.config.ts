import { defineConfig } from 'vitest/config';

/** The API descriptions, and clients generated from them, with the tools of other languages. Run by `npm run test:clients`. */
export default defineConfig({
  test: {
    include: ['test/clients/**/*.spec.ts'],
    globalSetup: ['test/clients/install-tools.ts'],
    pool: 'forks',
    testTimeout: 300_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
    reporters: ['verbose', './test/summary-reporter.ts'],
  },
});
