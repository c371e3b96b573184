import type { LRUCache } from 'lru-cache';
import { MAX_RATE_LIMITED_KEYS } from '../../domain/bounds.js';
import { boundedCache } from '../caches/bounded-cache.js';

export const MINUTE_MS = 60_000;

interface Count {
  taken: number;
}

/**
 * Counts what each key takes within a window that begins with its first. Each count costs the same however many keys there are,
 * and only the most recent keys are kept: whoever changes addresses does not decide how much memory is used.
 */
export class FixedWindow {
  readonly #counts: LRUCache<string, Count>;

  /**
   * @param most what a key may take within a window.
   * @param windowMs the length of a window, in milliseconds.
   * @param clock returns the time in milliseconds; it never goes back.
   */
  constructor(
    readonly most: number,
    windowMs: number = MINUTE_MS,
    clock: { now(): number } = performance,
  ) {
    this.#counts = boundedCache(MAX_RATE_LIMITED_KEYS, {
      ttl: windowMs,
      ttlResolution: 0,
      perf: clock,
    });
  }

  /**
   * Takes some more for a key, all or nothing.
   * @returns 0 if that is within the limit, else the seconds until the window of the key ends, at least 1.
   */
  take(key: string, amount = 1): number {
    const count = this.#counts.get(key);
    if ((count?.taken ?? 0) + amount > this.most) return this.#secondsLeft(key);
    if (count) count.taken += amount;
    else this.#counts.set(key, { taken: amount });
    return 0;
  }

  /** Whether a key has nothing left. @returns 0 if it has, else the seconds until its window ends. */
  exhausted(key: string): number {
    return (this.#counts.get(key)?.taken ?? 0) < this.most ? 0 : this.#secondsLeft(key);
  }

  #secondsLeft(key: string): number {
    return Math.max(1, Math.ceil(this.#counts.getRemainingTTL(key) / 1_000));
  }
}
