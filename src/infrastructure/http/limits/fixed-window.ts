import { LRUCache } from 'lru-cache';
import { MAX_RATE_LIMITED_KEYS } from '../../../domain/bounds.js';

/** Counts the requests of each key within a minute. Only the most recent keys are kept, so memory is bounded. */
export class FixedWindow {
  readonly #counts: LRUCache<string, { count: number }>;

  /**
   * @param most the maximum number of requests of a key within a window of one minute.
   * @param clock returns the time in milliseconds.
   */
  constructor(
    private readonly most: number,
    clock: { now(): number } = performance,
  ) {
    this.#counts = new LRUCache({
      max: MAX_RATE_LIMITED_KEYS,
      ttl: WINDOW_MS,
      ttlResolution: 0,
      perf: clock,
    });
  }

  /** Counts one more request. @returns whether it is within the limit. */
  take(key: string): boolean {
    const known = this.#counts.get(key);
    if (!known) this.#counts.set(key, { count: 1 });
    else known.count += 1;
    return (known?.count ?? 1) <= this.most;
  }
}

const WINDOW_MS = 60_000;
