import type { Instant } from '../../domain/kernel/event.js';

/** Whether time passes by itself, or stands still until it is moved. */
export type ClockKind = 'system' | 'test';

/** The only source of time. Injected everywhere as `BelievedClock`, so that nothing is dated by a clock that is not believed. */
export abstract class Clock {
  /** Recorded with every event, so that a log tells which clock its times are of. */
  get kind(): ClockKind {
    return 'system';
  }

  /** The present moment. */
  abstract now(): Instant;

  /** Milliseconds that only grow, whatever is done to the clock on the wall: for durations, and for what is judged by watching. */
  monotonicMs(): number {
    return performance.now();
  }
}
