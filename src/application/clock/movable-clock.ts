import type { Instant } from '../../domain/kernel/event.js';
import { Clock, type ClockKind } from '../ports/clock.js';

/** A clock that stands still until it is set, only forwards. */
export abstract class MovableClock extends Clock {
  override get kind(): ClockKind {
    return 'test';
  }

  /** Durable when it resolves. @throws HeraldError `clock-goes-back` for a moment before the current one. */
  abstract set(now: Instant): Promise<void>;
}
