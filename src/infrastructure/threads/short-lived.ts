import type { ResourceLimits } from 'node:worker_threads';

/**
 * For a thread that keeps nothing: what it makes for one call is garbage after it. V8 lets such garbage grow to three times 16 MB in
 * each thread; a quarter of that costs no time that could be measured.
 */
export const SHORT_LIVED: ResourceLimits = { maxYoungGenerationSizeMb: 12 };
