import { configDefaults, defineConfig } from 'vitest/config';

/** The quick specs beside the sources: `npm run test:mutation` runs them once for every change that it makes to a line. */
export default defineConfig({
  test: {
    include: ['src/domain/**/*.spec.ts'],
    // Fills aggregates to their limits, which takes seconds.
    exclude: [...configDefaults.exclude, 'src/domain/bounds.spec.ts'],
  },
});
