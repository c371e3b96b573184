import type { Instant } from '../../domain/kernel/event.js';

/** Whether time passes by itself, or stands still until it is moved. */
export type ClockKind = 'system' | 'test';

/** The only source of time. Inject `BelievedClock`, so that nothing is dated by a clock that is not believed. */
export abstract class Clock {
  /** Recorded with every event, so that a log shows which clock its times are from. */
  get kind(): ClockKind {
    return 'system';
  }

  /** The current moment. */
  abstract now(): Instant;

  /** Monotonic milliseconds, unaffected by changes of the wall clock: for durations and for observation periods. */
  monotonicMs(): number {
    return performance.now();
  }
}
