import { LRUCache } from 'lru-cache';
import { MAX_RATE_LIMITED_KEYS } from '../../../domain/bounds.js';

/** Counts what each key asks for within a minute. The keys that asked last are remembered, so memory is bounded. */
export class FixedWindow {
  readonly #counts: LRUCache<string, { count: number }>;

  /**
   * @param most how often a key may ask within a window of a minute.
   * @param clock what tells the time, in milliseconds.
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

  /** Counts one more. @returns whether it still fits. */
  take(key: string): boolean {
    const known = this.#counts.get(key);
    if (!known) this.#counts.set(key, { count: 1 });
    else known.count += 1;
    return (known?.count ?? 1) <= this.most;
  }
}

const WINDOW_MS = 60_000;
