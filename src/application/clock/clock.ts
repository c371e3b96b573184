import type { Instant } from '../../domain/fact.js';

/** The only source of time. Injected everywhere, so that a test moves it. */
export abstract class Clock {
  /** The present moment. */
  abstract now(): Instant;

  /** Milliseconds that only grow, whatever is done to the clock on the wall: for durations, and for what is judged by watching. */
  monotonicMs(): number {
    return performance.now();
  }
}
