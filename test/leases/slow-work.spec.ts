import { expect, it } from 'vitest';
import { foldSlowly } from './slow-work.js';

// Work that takes three times as long as a lease stands.
it.each([1, 2, 3])(
  '%i instances keep the lease of work that takes longer than the lease stands',
  async (count) => {
    expect(await foldSlowly(count, { ttlMs: 500, renewMs: 60 }, 1_500)).toBe(0);
  },
);
